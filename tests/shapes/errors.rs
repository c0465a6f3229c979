//! Failing calls say what failed, as far as the type of the error can tell.

use crate::{record, record_future};
use lumina::model::{Outcome, SpanData, Value};
use std::error::Error;
use std::fmt::{self, Debug, Display};

#[derive(Debug)]
struct Broken {
    what: &'static str,
    because: Option<Box<dyn Error + Send + Sync>>,
}

impl Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is broken", self.what)
    }
}

impl Error for Broken {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.because.as_deref().map(|error| error as _)
    }
}

fn broken() -> Broken {
    let wire = Broken { what: "wire", because: None };
    let plug = Broken { what: "plug", because: Some(Box::new(wire)) };
    Broken { what: "lamp", because: Some(Box::new(plug)) }
}

/// Type, message and sources of the error that ended the span.
#[track_caller]
fn described(span: &SpanData) -> (String, Option<String>, Vec<String>) {
    assert_eq!(span.outcome, Outcome::Error);
    let text = |key| span.attribute(key).map(ToString::to_string);
    let sources = match span.attribute("error.sources") {
        Some(Value::Array(sources)) => sources.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    (text("error.type").expect("every error has a type"), text("error.message"), sources)
}

fn lamp(type_name: &str) -> (String, Option<String>, Vec<String>) {
    let sources = ["plug is broken", "wire is broken"].map(str::to_owned).to_vec();
    (type_name.to_owned(), Some("lamp is broken".to_owned()), sources)
}

#[test]
fn an_error_of_its_own_type_has_type_message_and_sources() {
    #[lumina::traced]
    fn switch() -> Result<(), Broken> {
        Err(broken())
    }
    let (_, span) = record("switch", switch);
    assert_eq!(described(&span), lamp("shapes::errors::Broken"));
}

#[tokio::test]
async fn boxed_errors_and_anyhow_show_what_is_inside() {
    #[lumina::traced]
    async fn shared() -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(broken().into())
    }
    #[lumina::traced]
    async fn anyhow() -> anyhow::Result<()> {
        Err(broken())?;
        Ok(())
    }
    #[lumina::traced]
    async fn with_context() -> anyhow::Result<()> {
        use anyhow::Context as _;
        Err(broken()).context("switching")
    }
    #[lumina::traced]
    fn unshared() -> Result<(), Box<dyn Error>> {
        Err(broken().into())
    }
    let (_, span) = record_future("shared", shared()).await;
    let (_, message, sources) = described(&span);
    assert_eq!((message, sources), (lamp("").1, lamp("").2));
    let (_, span) = record_future("anyhow", anyhow()).await;
    assert_eq!(described(&span), lamp("anyhow::Error"));
    let (_, span) = record_future("with_context", with_context()).await;
    let (_, message, sources) = described(&span);
    assert_eq!(message.as_deref(), Some("switching"));
    assert_eq!(sources[0], "lamp is broken");
    let (_, message, sources) = described(&record("unshared", unshared).1);
    assert_eq!((message, sources), (lamp("").1, lamp("").2));
}

#[test]
fn other_errors_say_what_they_can() {
    #[derive(Debug)]
    struct OnlyDebug;
    struct Mute;
    #[lumina::traced]
    fn text() -> Result<(), &'static str> {
        Err("plain text")
    }
    #[lumina::traced]
    fn only_debug() -> Result<(), OnlyDebug> {
        Err(OnlyDebug)
    }
    #[lumina::traced]
    fn mute() -> Result<(), Mute> {
        Err(Mute)
    }
    assert_eq!(described(&record("text", text).1).1.as_deref(), Some("plain text"));
    assert_eq!(described(&record("only_debug", only_debug).1).1.as_deref(), Some("OnlyDebug"));
    let (type_name, message, _) = described(&record("mute", mute).1);
    assert!(type_name.ends_with("::Mute"), "{type_name}");
    assert_eq!(message, None);
}

#[test]
fn a_generic_error_is_described_by_its_bounds() {
    #[lumina::traced]
    fn by_error<E: Error>(error: E) -> Result<(), E> {
        Err(error)
    }
    #[lumina::traced]
    fn by_display<E: Display>(error: E) -> Result<(), E> {
        Err(error)
    }
    #[lumina::traced]
    fn by_nothing<E>(error: E) -> Result<(), E> {
        Err(error)
    }
    assert_eq!(
        described(&record("by_error", || by_error(broken())).1),
        lamp("shapes::errors::Broken")
    );
    let (_, message, sources) = described(&record("by_display", || by_display(broken())).1);
    assert_eq!((message, sources), (lamp("").1, Vec::new()));
    assert_eq!(described(&record("by_nothing", || by_nothing(broken())).1).1, None);
}

#[test]
fn a_chain_of_sources_without_an_end_is_cut() {
    #[derive(Debug)]
    struct Endless;
    impl Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("endless")
        }
    }
    impl Error for Endless {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self)
        }
    }
    #[lumina::traced]
    fn fail() -> Result<(), Endless> {
        Err(Endless)
    }
    let (_, _, sources) = described(&record("fail", fail).1);
    assert!((1..=64).contains(&sources.len()), "{}", sources.len());
}

#[test]
fn an_error_whose_text_panics_still_reaches_the_caller() {
    struct Panics;
    impl Debug for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no text")
        }
    }
    #[lumina::traced]
    fn fail() -> Result<(), Panics> {
        Err(Panics)
    }
    let (output, span) = record("fail", fail);
    assert!(output.is_err());
    assert!(described(&span).1.is_some_and(|message| message.contains("panicked")));
}
