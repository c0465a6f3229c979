//! What is static about a span: name, target, level.

use crate::{see, see_call};
use tracing::Level;
use tracing_mock::{expect, subscriber};

#[test]
fn the_name_is_the_functions() {
    #[lumina::traced]
    fn plain() {}
    #[lumina::traced()]
    fn empty_parentheses() {}
    see_call("plain", expect::span().named("plain"), plain);
    see_call("empty_parentheses", expect::span().named("empty_parentheses"), empty_parentheses);
}

#[test]
fn a_name_can_be_given_bare_by_key_or_as_a_constant() {
    const NAME: &str = "by-constant";
    struct Names;
    impl Names {
        const INNER: &'static str = "by-path";
    }
    #[lumina::traced("bare name")]
    fn bare() {}
    #[lumina::traced(name = "by key")]
    fn by_key() {}
    #[lumina::traced(name = NAME)]
    fn by_constant() {}
    #[lumina::traced(name = Names::INNER)]
    fn by_path() {}
    see_call("bare name", expect::span().named("bare name"), bare);
    see_call("by key", expect::span().named("by key"), by_key);
    see_call("by-constant", expect::span().named("by-constant"), by_constant);
    see_call("by-path", expect::span().named("by-path"), by_path);
}

#[test]
fn a_raw_identifier_gives_its_name_without_the_prefix() {
    #[lumina::traced(capture(all))]
    fn r#match(r#type: u8) -> u8 {
        r#type
    }
    let new =
        expect::span().named("match").with_fields(expect::field("type").with_value(&7u8).only());
    assert_eq!(see_call("match", new, || r#match(7)), 7);
}

#[test]
fn the_target_is_the_module_unless_one_is_given() {
    const TARGET: &str = "by-constant";
    mod inner {
        #[lumina::traced]
        pub(super) fn default() {}
    }
    #[lumina::traced(target = "given")]
    fn given() {}
    #[lumina::traced(target = TARGET, name = "both")]
    fn both() {}
    let module = concat!(module_path!(), "::inner");
    see_call("default", expect::span().named("default").with_target(module), inner::default);
    see_call("given", expect::span().named("given").with_target("given"), given);
    see_call("both", expect::span().named("both").with_target("by-constant"), both);
}

#[test]
fn the_level_is_info_unless_one_is_given() {
    #[lumina::traced]
    fn default() {}
    see_call("default", expect::span().named("default").at_level(Level::INFO), default);
}

macro_rules! levels {
    ($($test:ident: $trace:expr, $debug:expr, $info:expr, $warn:expr, $error:expr;)*) => {$(
        #[test]
        fn $test() {
            #[lumina::traced(level = $trace)]
            fn trace() {}
            #[lumina::traced(level = $debug)]
            fn debug() {}
            #[lumina::traced(level = $info)]
            fn info() {}
            #[lumina::traced(level = $warn)]
            fn warn() {}
            #[lumina::traced(level = $error)]
            fn error() {}
            let mut expected = subscriber::mock();
            for (name, level) in [
                ("trace", Level::TRACE),
                ("debug", Level::DEBUG),
                ("info", Level::INFO),
                ("warn", Level::WARN),
                ("error", Level::ERROR),
            ] {
                let span = expect::span().named(name).at_level(level);
                expected = expected.new_span(span.clone()).enter(span.clone()).exit(span);
            }
            see(expected, || {
                trace();
                debug();
                info();
                warn();
                error();
            });
        }
    )*};
}
levels! {
    levels_can_be_words_in_any_case: "trace", "Debug", "INFO", "WARn", "eRrOr";
    levels_can_be_numbers_from_trace_on: 1, 2, 3, 4, 5;
    levels_can_be_constants: Level::TRACE, tracing::Level::DEBUG, Level::INFO, ::tracing::Level::WARN, Level::ERROR;
}
