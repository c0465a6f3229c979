//! Functions that other macros made, or that other macros wrap.

use crate::{outcome, outcome_of, record};
use lumina::model::Outcome::{Error, Ok as Success};
use lumina::testing::capture;

macro_rules! calls {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident($($param:ident: $ty:ty),*) -> $output:ty = $value:expr, as $span:literal at $level:expr;
    )*) => {$(
        $(#[$attribute])*
        #[lumina::traced(name = $span, level = $level, attrs($($param = $param),*))]
        $visibility fn $name($($param: $ty),*) -> $output {
            $value
        }
    )*};
}
calls! {
    /// Documented.
    pub(crate) fn double(n: u32) -> u32 = n * 2, as "made.double" at "debug";
    #[inline]
    fn fail(text: &str, n: u64) -> Result<u64, String> = Err(format!("{text} {n}")), as "made.fail" at 4;
}

macro_rules! call_async {
    ($name:ident, $body:block) => {
        #[lumina::traced]
        async fn $name() -> Result<u32, String> {
            $body
        }
    };
}
call_async!(made_async, {
    tokio::task::yield_now().await;
    Err("no".to_owned())?;
    Ok(1)
});

#[tokio::test]
async fn functions_of_macro_rules_take_fragments_as_arguments() {
    let (output, span) = record("made.double", || double(4));
    assert_eq!((output, span.attribute("n")), (8, Some(&4.into())));
    let (output, span) = record("made.fail", || fail("at", 7));
    assert_eq!((output, span.outcome), (Err("at 7".to_owned()), Error));
    assert_eq!(span.attribute("text"), Some(&"at".into()));
    assert_eq!(outcome_of("made_async", made_async()).await, (Err("no".to_owned()), Error));
}

#[test]
fn parameters_that_are_configured_away_are_no_attributes() {
    #[lumina::traced(capture(all))]
    fn configured(#[cfg(any())] gone: Missing, #[cfg(not(any()))] here: u32, always: u32) -> u32 {
        here + always
    }
    #[lumina::traced(capture(all))]
    #[cfg_attr(not(any()), inline)]
    fn with_mut(
        #[cfg(any())] mut gone: Missing,
        #[cfg(not(any()))] mut here: u32,
    ) -> Result<u32, String> {
        here += 1;
        Ok(here)
    }
    let (output, span) = record("configured", || configured(1, 2));
    assert_eq!(output, 3);
    let keys: Vec<&str> = span.attributes.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["here", "always"]);
    assert_eq!(outcome("with_mut", || with_mut(1)), (Ok(2), Success));
}

/// Each of these is run by the harness; the second call of each looks at what the first recorded.
#[tokio::test]
#[lumina::traced("below")]
async fn below_tokio_test() {
    assert!(tokio::runtime::Handle::try_current().is_ok());
}

#[lumina::traced("above")]
#[tokio::test]
async fn above_tokio_test() {
    assert!(tokio::runtime::Handle::try_current().is_ok());
}

#[test]
fn a_test_of_tokio_is_a_span_whichever_attribute_comes_first() {
    // OK to call: under `#[tokio::test]` both are plain functions.
    record("below", below_tokio_test);
    record("above", above_tokio_test);
}

/// The first attribute is expanded first, so what the second writes comes around it.
#[tokio::test]
async fn of_two_attributes_the_lower_one_is_the_outer_span() {
    #[lumina::traced("above")]
    #[lumina::traced("below")]
    async fn twice() {}
    let captured = capture(twice()).await;
    captured.has_spans(&["below", "above"]).span("above").has_parent("below");
}

#[tokio::test]
async fn a_function_may_have_tracings_own_attribute_too() {
    #[lumina::traced("ours")]
    #[tracing::instrument(name = "tracings")]
    async fn shared(n: u32) -> u32 {
        n + 1
    }
    let captured = capture(shared(1)).await;
    assert_eq!(*captured.output(), 2);
    captured.has_spans(&["tracings", "ours"]).span("ours").has_parent("tracings");
}
