//! The index against real directories.

use std::{fs, path::PathBuf};

use lumina_support::{Index, retrieval::RetrievalError};

/// A directory of this test's own, removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn markdown_is_found_in_depth_and_nothing_else_is() {
    let directory = Directory::new("in_depth")
        .with("b.md", "# B\nspan")
        .with("a/deep/a.md", "# A\nspan")
        .with("a/code.rs", "span")
        .with("target/doc.md", "span")
        .with(".git/x.md", "span")
        .with("node_modules/y.md", "span");
    let index = Index::load(&directory.0).unwrap();
    let paths: Vec<_> = index.passages().iter().map(|passage| passage.path.as_str()).collect();
    assert_eq!(paths, ["a/deep/a.md", "b.md"]);
}

#[cfg(unix)]
#[test]
fn a_link_back_to_the_directory_is_not_followed() {
    let directory = Directory::new("link").with("a.md", "# A\nspan");
    std::os::unix::fs::symlink(&directory.0, directory.0.join("again")).unwrap();
    assert_eq!(Index::load(&directory.0).unwrap().passages().len(), 1);
}

#[test]
fn a_missing_directory_is_named() {
    let error = Index::load("no/such/directory").unwrap_err();
    assert_eq!(error.to_string(), "cannot read no/such/directory");
}

#[test]
fn files_that_are_not_text_are_named() {
    let directory = Directory::new("not_text").with("bad.md", [0xff, 0xfe]);
    let error = Index::load(&directory.0).unwrap_err();
    assert!(
        matches!(&error, RetrievalError::Read { path, .. } if path.ends_with("bad.md")),
        "{error}"
    );
}

#[test]
fn a_file_over_the_limit_is_refused_with_its_size() {
    let directory = Directory::new("large").with("big.md", vec![b'x'; (1 << 20) + 1]);
    let error = Index::load(&directory.0).unwrap_err();
    assert!(
        matches!(error, RetrievalError::FileTooLarge { size_bytes, .. } if size_bytes == (1 << 20) + 1)
    );
}

#[test]
fn a_directory_without_text_is_an_error() {
    let directory = Directory::new("empty").with("a.md", "# only a heading\n");
    assert!(matches!(Index::load(&directory.0), Err(RetrievalError::Empty { .. })));
}
