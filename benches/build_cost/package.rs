//! The packages that are built: one for each way of tracing, in a workspace of their own.

use crate::code_size::{Size, size};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How the functions are traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Lumina,
    Tracing,
    Fastrace,
    /// Asynchronous functions that may fail, as the two that follow.
    Fallible,
    FallibleLumina,
    FallibleTracing,
}

impl Kind {
    /// The ways of tracing plain functions.
    pub(crate) const TRACED: [Kind; 4] = [Kind::Plain, Kind::Lumina, Kind::Tracing, Kind::Fastrace];
    /// The ways of tracing asynchronous functions that may fail, ours with policies.
    pub(crate) const FALLIBLE: [Kind; 3] =
        [Kind::Fallible, Kind::FallibleLumina, Kind::FallibleTracing];

    pub(crate) fn all() -> impl Iterator<Item = Kind> {
        Kind::TRACED.into_iter().chain(Kind::FALLIBLE)
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Kind::Plain => "untraced",
            Kind::Lumina => "`#[lumina::traced(attrs(..))]`",
            Kind::Tracing => "`#[tracing::instrument]`",
            Kind::Fastrace => "`#[fastrace::trace(properties = ..)]`",
            Kind::Fallible => "untraced",
            Kind::FallibleLumina => "`#[lumina::traced(attrs(..))] #[retry] #[timeout]`",
            Kind::FallibleTracing => "`#[tracing::instrument(err, ret)]`",
        }
    }

    fn package(self) -> &'static str {
        match self {
            Kind::Plain => "cost_plain",
            Kind::Lumina => "cost_lumina",
            Kind::Tracing => "cost_tracing",
            Kind::Fastrace => "cost_fastrace",
            Kind::Fallible => "cost_fallible_plain",
            Kind::FallibleLumina => "cost_fallible_lumina",
            Kind::FallibleTracing => "cost_fallible_tracing",
        }
    }

    fn dependency(self) -> String {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        match self {
            Kind::Plain | Kind::Fallible => String::new(),
            Kind::Lumina | Kind::FallibleLumina => format!("lumina = {{ path = {repository:?} }}"),
            Kind::Tracing | Kind::FallibleTracing => "tracing = \"0.1.44\"".to_owned(),
            Kind::Fastrace => {
                "fastrace = { version = \"0.7.19\", features = [\"enable\"] }".to_owned()
            }
        }
    }

    fn attribute(self) -> &'static str {
        match self {
            Kind::Plain | Kind::Fallible => "",
            Kind::Lumina => "#[lumina::traced(attrs(index, model, score))]\n",
            Kind::Tracing => "#[tracing::instrument]\n",
            Kind::Fastrace => {
                "#[fastrace::trace(properties = { \"index\": \"{index}\", \"model\": \"{model}\", \
                 \"score\": \"{score}\" })]\n"
            }
            Kind::FallibleLumina => {
                "#[lumina::traced(attrs(index, model, score))]\n#[retry(max = 3)]\n\
                 #[timeout(\"10s\")]\n"
            }
            Kind::FallibleTracing => "#[tracing::instrument(err, ret)]\n",
        }
    }
}

/// A workspace with one package of each kind.
pub(crate) struct Packages {
    root: PathBuf,
}

impl Packages {
    pub(crate) fn write(name: &str, functions: usize) -> Result<Packages, Box<dyn Error>> {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_cost").join(name);
        let members: Vec<_> = Kind::all().map(Kind::package).collect();
        fs::create_dir_all(&root)?;
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
        fs::write(root.join("Cargo.toml"), manifest)?;
        // The versions that everything else is measured with.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        fs::copy(lock, root.join("Cargo.lock"))?;
        let packages = Packages { root };
        for kind in Kind::all() {
            let folder = packages.folder(kind);
            fs::create_dir_all(folder.join("src"))?;
            let manifest = format!(
                "[package]\nname = {:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\n{}\n",
                kind.package(),
                kind.dependency()
            );
            fs::write(folder.join("Cargo.toml"), manifest)?;
            fs::write(folder.join("src/lib.rs"), source(kind, functions)?)?;
        }
        Ok(packages)
    }

    fn folder(&self, kind: Kind) -> PathBuf {
        self.root.join(kind.package())
    }

    /// Builds the package as if its source had just been changed.
    pub(crate) fn build(&self, kind: Kind) -> Result<(), Box<dyn Error>> {
        self.cargo(kind, &["rustc", "--release"], &["--emit=obj,link", "-Ccodegen-units=1"])
    }

    /// Checks the package as if its source had just been changed.
    pub(crate) fn check(&self, kind: Kind) -> Result<(), Box<dyn Error>> {
        self.cargo(kind, &["check"], &[])
    }

    fn cargo(
        &self,
        kind: Kind,
        command: &[&str],
        for_rustc: &[&str],
    ) -> Result<(), Box<dyn Error>> {
        let source = self.folder(kind).join("src/lib.rs");
        fs::File::options().append(true).open(source)?.set_modified(std::time::SystemTime::now())?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(command).args(["--quiet", "--package", kind.package()]);
        if !for_rustc.is_empty() {
            cargo.arg("--").args(for_rustc);
        }
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", self.root.join("target"));
        let status = cargo.status()?;
        if status.success() { Ok(()) } else { Err(format!("{kind:?}: cargo: {status}").into()) }
    }

    /// Bytes of the package itself, in its last build.
    pub(crate) fn size(&self, kind: Kind) -> Result<Size, Box<dyn Error>> {
        let folder = self.root.join("target/release/deps");
        let mut newest = None;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(kind.package()) && name.ends_with(".o") {
                newest = newest.max(Some((fs::metadata(&path)?.modified()?, path)));
            }
        }
        let (_, object) = newest.ok_or_else(|| format!("{kind:?}: no object file"))?;
        size(&fs::read(&object)?).ok_or_else(|| format!("{object:?}: not ELF").into())
    }
}

fn source(kind: Kind, functions: usize) -> Result<String, std::fmt::Error> {
    let mut source = String::from("#![allow(missing_docs)]\n\n");
    if Kind::FALLIBLE.contains(&kind) {
        source.push_str(ERROR);
        if kind == Kind::FallibleLumina {
            source.push_str(INTERRUPTED);
        }
        for number in 0..functions {
            write!(
                source,
                "{}pub async fn f{number}(index: i64, model: &str, score: f64) -> Result<i64, \
                 Error> {{\n    std::hint::black_box((model, score));\n    if index == {number} \
                 {{\n        return Err(Error);\n    }}\n    Ok(index)\n}}\n\n",
                kind.attribute()
            )?;
        }
        return Ok(source);
    }
    for number in 0..functions {
        write!(
            source,
            "{}#[inline(never)]\npub fn f{number}(index: i64, model: &str, score: f64) -> i64 {{\n    \
             std::hint::black_box((model, score));\n    index + {number}\n}}\n\n",
            kind.attribute()
        )?;
    }
    Ok(source)
}

const ERROR: &str = "\
#[derive(Debug)]
pub struct Error;

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(\"failed\")
    }
}

impl std::error::Error for Error {}

";

const INTERRUPTED: &str = "\
impl From<lumina::Interrupted> for Error {
    fn from(_: lumina::Interrupted) -> Error {
        Error
    }
}

";
