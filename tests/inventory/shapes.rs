//! Functions of every shape are listed, none of which is ever called.

use crate::{entry, named};
use lumina::traced;
use lumina_tests as _;
use std::fmt::Debug;

struct Model<T>(T);

trait Step {
    fn name(&self) -> String;

    #[traced("a-default-method")]
    fn run(&self) -> String {
        self.name()
    }
}

impl<T: Debug> Model<T> {
    #[traced("a-method", capture(?prompt))]
    async fn ask<P: Debug>(&self, prompt: P) -> Result<usize, std::io::Error> {
        Ok(format!("{prompt:?}{:?}", self.0).len())
    }
}

impl<T: Debug> Step for Model<T> {
    #[traced("a-method-of-a-trait")]
    fn name(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// Never instantiated.
#[traced("a-generic-function")]
fn generic<T: Into<String>, const N: usize>(parts: [T; N]) -> String {
    parts.map(Into::into).join(" ")
}

#[traced("an-impl-future", chain)]
fn future(n: u32) -> impl Future<Output = u32> {
    std::future::ready(n)
}

#[traced("a-stream", stream)]
fn stream() -> impl futures_core::Stream<Item = u32> {
    futures_util::stream::iter([1, 2])
}

#[async_trait::async_trait]
trait Tool {
    async fn call(&self) -> u32;
}

#[async_trait::async_trait]
impl Tool for Model<u32> {
    #[traced("an-async-trait-method", tool)]
    async fn call(&self) -> u32 {
        self.0
    }
}

macro_rules! made {
    ($($name:ident $shown:literal)*) => {
        $(#[traced($shown)] fn $name() {})*
    };
}
made!(first "made-by-a-macro" second "made-by-a-macro" third "made-by-a-macro-alone");

fn outer() -> u32 {
    #[traced("within-a-function")]
    fn inner() -> u32 {
        1
    }
    lumina::span!("a-block", size = 3; inner())
}

#[test]
fn every_shape_is_listed() {
    for (name, operation) in [
        ("a-default-method", None),
        ("a-method", None),
        ("a-method-of-a-trait", None),
        ("a-generic-function", None),
        ("an-impl-future", Some("chain")),
        ("a-stream", None),
        ("an-async-trait-method", Some("tool")),
        ("made-by-a-macro-alone", None),
        ("within-a-function", None),
    ] {
        let entry = entry(name);
        assert_eq!(entry.operation, operation, "{entry}");
        assert_eq!((entry.file, entry.block), (file!(), false), "{entry}");
    }
}

#[test]
fn each_use_of_a_macro_makes_an_entry() {
    assert_eq!(named("made-by-a-macro").len(), 2);
}

#[test]
fn a_block_is_listed_as_one() {
    let block = entry("a-block");
    assert!(block.block);
    assert_eq!(block.attributes[0].key, "size");
}

#[test]
fn a_dependency_is_listed_with_what_this_program_never_calls() {
    let entry = entry("never-called-in-a-dependency");
    assert_eq!(entry.module_path, "lumina_tests::unused");
}
