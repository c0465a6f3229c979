//! What is in the files.

use super::*;
use crate::model::{Resource, SpanData, SpanId, TraceId};
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory of its own, deleted at the end.
pub(super) struct Directory(PathBuf);

impl Directory {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("lumina-jsonl-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Directory(path)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of the files, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn batch(names: &[&str]) -> Batch {
    let spans = names.iter().map(|name| SpanData::new(TraceId(1), SpanId(2), *name));
    Batch::from_spans(Resource::new(), spans)
}

pub(super) fn export(jsonl: &mut Jsonl, names: &[&str]) -> Result<Delivery, ExportError> {
    jsonl.export(&batch(names), Instant::now())
}

/// The names of the spans in a file; every line must be whole.
fn span_names(path: impl AsRef<Path>) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
    let name = |line| -> String {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["name"].as_str().unwrap().to_owned()
    };
    text.lines().map(name).collect()
}

#[test]
fn spans_are_appended_over_batches_and_over_runs() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    let mut jsonl = Jsonl::create(&path).unwrap();
    export(&mut jsonl, &["a", "b"]).unwrap();
    export(&mut jsonl, &["c"]).unwrap();
    jsonl.flush(Instant::now()).unwrap();
    drop(jsonl);
    export(&mut Jsonl::create(&path).unwrap(), &["d"]).unwrap();
    assert_eq!(span_names(&path), ["a", "b", "c", "d"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    Jsonl::create(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_full_file_is_renamed_and_the_oldest_goes() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    let line_bytes = {
        let mut out = String::new();
        encode::encode(&batch(&["0"]), &mut out);
        out.len() as u64
    };
    let builder = Jsonl::builder(&path).max_file_bytes(2 * line_bytes).max_files(3);
    let mut jsonl = builder.open().unwrap();
    for name in ["0", "1", "2", "3", "4", "5", "6"] {
        export(&mut jsonl, &[name]).unwrap();
    }
    assert_eq!(directory.names(), ["spans.jsonl", "spans.jsonl.1", "spans.jsonl.2"]);
    assert_eq!(span_names(&path), ["6"]);
    assert_eq!(span_names(directory.path("spans.jsonl.1")), ["4", "5"]);
    assert_eq!(span_names(directory.path("spans.jsonl.2")), ["2", "3"]);
}

#[test]
fn a_single_file_starts_anew() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    let mut jsonl = Jsonl::builder(&path).max_file_bytes(1).max_files(1).open().unwrap();
    export(&mut jsonl, &["a"]).unwrap();
    export(&mut jsonl, &["b"]).unwrap();
    assert_eq!(directory.names(), ["spans.jsonl"]);
    assert_eq!(span_names(&path), ["b"]);
}

#[test]
fn a_batch_larger_than_a_file_is_not_split() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    let mut jsonl = Jsonl::builder(&path).max_file_bytes(10).open().unwrap();
    export(&mut jsonl, &["a", "b"]).unwrap();
    export(&mut jsonl, &["c", "d"]).unwrap();
    assert_eq!(span_names(&path), ["c", "d"]);
    assert_eq!(span_names(directory.path("spans.jsonl.1")), ["a", "b"]);
}

#[test]
fn a_rotation_that_fails_loses_nothing_however_often_it_is_tried() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    let mut jsonl = Jsonl::builder(&path).max_file_bytes(1).max_files(3).open().unwrap();
    for name in ["a", "b"] {
        export(&mut jsonl, &[name]).unwrap();
    }
    // A directory with something in it cannot be replaced by a file.
    let obstacle = directory.path("spans.jsonl.2");
    fs::create_dir_all(obstacle.join("full")).unwrap();
    for _ in 0..5 {
        let error = export(&mut jsonl, &["c"]).unwrap_err();
        assert!(error.to_string().contains("spans.jsonl.1"), "{error}");
    }
    assert_eq!(span_names(&path), ["b"]);
    assert_eq!(span_names(directory.path("spans.jsonl.1")), ["a"]);
    fs::remove_dir_all(&obstacle).unwrap();
    export(&mut jsonl, &["c"]).unwrap();
    assert_eq!(span_names(&path), ["c"]);
    assert_eq!(span_names(directory.path("spans.jsonl.1")), ["b"]);
    assert_eq!(span_names(&obstacle), ["a"]);
}

#[test]
fn a_file_deleted_moved_or_emptied_while_open_is_noticed() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    let mut jsonl = Jsonl::create(&path).unwrap();
    export(&mut jsonl, &["a"]).unwrap();
    fs::remove_file(&path).unwrap();
    export(&mut jsonl, &["b"]).unwrap();
    assert_eq!(span_names(&path), ["b"]);
    fs::rename(&path, directory.path("moved")).unwrap();
    fs::write(&path, "").unwrap();
    export(&mut jsonl, &["c"]).unwrap();
    assert_eq!(span_names(&path), ["c"]);
    assert_eq!(span_names(directory.path("moved")), ["b"]);
    fs::OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
    export(&mut jsonl, &["d"]).unwrap();
    assert_eq!(span_names(&path), ["d"]);
}

#[test]
fn a_directory_that_goes_and_comes_back_costs_a_retry() {
    let directory = Directory::new();
    let inner = directory.path("inner");
    fs::create_dir(&inner).unwrap();
    let path = inner.join("spans.jsonl");
    let mut jsonl = Jsonl::create(&path).unwrap();
    fs::remove_dir_all(&inner).unwrap();
    let error = export(&mut jsonl, &["a"]).unwrap_err();
    assert!(matches!(error, ExportError::Retryable { .. }), "{error:?}");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    fs::create_dir(&inner).unwrap();
    export(&mut jsonl, &["a"]).unwrap();
    assert_eq!(span_names(&path), ["a"]);
}

#[test]
fn a_path_that_became_a_directory_is_a_permanent_error() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    let mut jsonl = Jsonl::create(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = export(&mut jsonl, &["a"]).unwrap_err();
    assert!(matches!(error, ExportError::Permanent { .. }), "{error:?}");
    assert!(error.to_string().ends_with("not a regular file"), "{error}");
}

#[test]
fn a_file_cut_at_any_byte_goes_on_with_whole_lines() {
    let directory = Directory::new();
    let path = directory.path("spans.jsonl");
    export(&mut Jsonl::create(&path).unwrap(), &["a", "b"]).unwrap();
    let whole = fs::read(&path).unwrap();
    for cut in 0..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let kept = whole[..cut].iter().filter(|&&byte| byte == b'\n').count();
        export(&mut Jsonl::create(&path).unwrap(), &["c"]).unwrap();
        assert_eq!(span_names(&path), [&["a", "b"][..kept], &["c"]].concat(), "cut at {cut}");
    }
}

#[test]
fn the_last_line_of_a_strange_file_is_ended_not_deleted() {
    let directory = Directory::new();
    let path = directory.path("notes.txt");
    let notes = format!("first\n{}", "precious ".repeat(20_000));
    fs::write(&path, &notes).unwrap();
    export(&mut Jsonl::create(&path).unwrap(), &["a"]).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let rest = text.strip_prefix(&format!("{notes}\n")).unwrap();
    assert!(rest.starts_with(encode::LINE_START), "{rest}");
}

#[test]
fn set_up_says_which_path_is_wrong_and_why() {
    let directory = Directory::new();
    let missing = directory.path("missing/spans.jsonl");
    let error = Jsonl::create(&missing).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("cannot open span file {}: ", missing.display())),
        "{error}"
    );
    let error = Jsonl::create(&directory.0).unwrap_err().to_string();
    assert!(error.ends_with(": not a regular file"), "{error}");
    fs::write(directory.path("file"), "").unwrap();
    let error = Jsonl::create(directory.path("file/spans.jsonl")).unwrap_err();
    assert!(matches!(error, JsonlError::File { action: "open", .. }), "{error:?}");
    let error = Jsonl::builder("x").max_file_bytes(0).open().unwrap_err().to_string();
    assert_eq!(error, "`max_file_bytes` is 0; it must be at least 1");
}
