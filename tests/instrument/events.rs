//! `err` and `ret`: an event in the span, with the error or the value.

use crate::{Mock, Pending, block_on, entered, see};
use std::num::TryFromIntError;
use tracing::Level;
use tracing::field::{debug, display};
use tracing_mock::event::ExpectedEvent;
use tracing_mock::{expect, subscriber};

/// A synchronous call of `name` with one event in it.
fn call(name: &str, level: Level, event: ExpectedEvent) -> Mock {
    let span = expect::span().named(name).at_level(level);
    subscriber::mock()
        .new_span(span.clone())
        .enter(span.clone())
        .event(event.with_ancestry(expect::has_contextual_parent(name)))
        .exit(span.clone())
        .drop_span(span)
}

fn error(level: Level) -> ExpectedEvent {
    expect::event()
        .at_level(level)
        .with_fields(expect::field("error").with_value(&display(too_large().unwrap_err())).only())
}

fn error_debug(level: Level) -> ExpectedEvent {
    expect::event()
        .at_level(level)
        .with_fields(expect::field("error").with_value(&debug(too_large().unwrap_err())).only())
}

fn returned(level: Level, value: &dyn tracing::field::Value) -> ExpectedEvent {
    let fields = expect::field("return").with_value(value).only();
    expect::event().at_level(level).with_fields(fields)
}

fn too_large() -> Result<u8, TryFromIntError> {
    u8::try_from(1234)
}

macro_rules! failing {
    ($(#[$traced:meta] $name:ident)*) => {$(
        #[$traced]
        fn $name() -> Result<u8, TryFromIntError> {
            too_large()?;
            Ok(1)
        }
    )*};
}

#[test]
fn an_error_is_an_event_by_display_at_level_error() {
    failing! { #[lumina::traced(err)] plain }
    see(call("plain", Level::INFO, error(Level::ERROR)), || plain().unwrap_err());
}

#[test]
fn level_and_format_of_the_error_event_can_be_chosen_in_any_order() {
    failing! {
        #[lumina::traced(err(Debug))] by_debug
        #[lumina::traced(err(Display))] by_display
        #[lumina::traced(err(level = "info"))] at_info
        #[lumina::traced(err(Debug, level = "warn"))] debug_first
        #[lumina::traced(err(level = Level::WARN, Debug))] level_first
        #[lumina::traced(level = "debug", err(level = 1))] own_levels
    }
    see(call("by_debug", Level::INFO, error_debug(Level::ERROR)), || by_debug().unwrap_err());
    see(call("by_display", Level::INFO, error(Level::ERROR)), || by_display().unwrap_err());
    see(call("at_info", Level::INFO, error(Level::INFO)), || at_info().unwrap_err());
    see(call("debug_first", Level::INFO, error_debug(Level::WARN)), || debug_first().unwrap_err());
    see(call("level_first", Level::INFO, error_debug(Level::WARN)), || level_first().unwrap_err());
    see(call("own_levels", Level::DEBUG, error(Level::TRACE)), || own_levels().unwrap_err());
}

#[test]
fn events_have_the_target_of_the_span() {
    #[lumina::traced(target = "shop", err, ret)]
    fn sell(good: bool) -> Result<u8, TryFromIntError> {
        if good { Ok(7) } else { too_large() }
    }
    let event = returned(Level::INFO, &debug(7)).with_target("shop");
    assert_eq!(see(call("sell", Level::INFO, event), || sell(true)), Ok(7));
    let event = error(Level::ERROR).with_target("shop");
    see(call("sell", Level::INFO, event), || sell(false).unwrap_err());
}

#[test]
fn an_error_of_a_future_is_an_event_in_its_last_poll() {
    #[lumina::traced(err)]
    async fn store(out: &mut u8) -> Result<(), TryFromIntError> {
        Pending(1).await;
        *out = too_large()?;
        Ok(())
    }
    let span = expect::span().named("store");
    let expected = entered(subscriber::mock().new_span(span.clone()), &span, 1);
    let expected = expected.enter(span.clone()).event(error(Level::ERROR)).exit(span.clone());
    let mut out = 5;
    see(entered(expected, &span, 1).drop_span(span), || block_on(store(&mut out)).unwrap_err());
    assert_eq!(out, 5);
}

#[test]
fn success_is_no_event_of_err() {
    #[lumina::traced(err)]
    fn fine() -> Result<u8, TryFromIntError> {
        u8::try_from(7)
    }
    assert_eq!(crate::see_call("fine", expect::span().named("fine"), fine), Ok(7));
}

#[test]
fn a_returned_value_is_an_event_by_debug_at_the_level_of_the_span() {
    #[lumina::traced(ret)]
    fn text() -> &'static str {
        "seven"
    }
    #[lumina::traced(level = "warn", ret)]
    fn at_warn() -> u8 {
        7
    }
    #[lumina::traced(ret(Display))]
    fn by_display() -> &'static str {
        "seven"
    }
    #[lumina::traced(level = "warn", ret(level = "debug", Debug))]
    fn own_level() -> u8 {
        7
    }
    see(call("text", Level::INFO, returned(Level::INFO, &debug("seven"))), text);
    see(call("at_warn", Level::WARN, returned(Level::WARN, &debug(7))), at_warn);
    see(call("by_display", Level::INFO, returned(Level::INFO, &display("seven"))), by_display);
    see(call("own_level", Level::WARN, returned(Level::DEBUG, &debug(7))), own_level);
}

#[test]
fn a_return_of_unit_and_of_references_is_an_event() {
    #[lumina::traced(ret)]
    fn unit() {}
    #[lumina::traced(ret)]
    fn doubled(n: &mut i32) -> &mut i32 {
        *n *= 2;
        n
    }
    see(call("unit", Level::INFO, returned(Level::INFO, &debug(()))), unit);
    let mut n = 21;
    see(call("doubled", Level::INFO, returned(Level::INFO, &debug(42))), || *doubled(&mut n));
    assert_eq!(n, 42);
}

#[test]
fn ret_alone_shows_the_whole_result_and_beside_err_the_value() {
    #[lumina::traced(ret)]
    fn whole(good: bool) -> Result<u8, TryFromIntError> {
        if good { Ok(7) } else { too_large() }
    }
    #[lumina::traced(ret, err(Debug))]
    fn parted(good: bool) -> Result<u8, TryFromIntError> {
        if good { Ok(7) } else { too_large() }
    }
    let ok = debug(Ok::<u8, ()>(7));
    see(call("whole", Level::INFO, returned(Level::INFO, &ok)), || whole(true).unwrap());
    let err = debug(too_large());
    see(call("whole", Level::INFO, returned(Level::INFO, &err)), || whole(false).unwrap_err());
    see(call("parted", Level::INFO, returned(Level::INFO, &debug(7))), || parted(true).unwrap());
    see(call("parted", Level::INFO, error_debug(Level::ERROR)), || parted(false).unwrap_err());
}

#[test]
fn a_value_of_a_future_is_an_event() {
    #[lumina::traced(ret)]
    async fn later() -> u8 {
        Pending(1).await;
        7
    }
    let span = expect::span().named("later");
    let expected = entered(subscriber::mock().new_span(span.clone()), &span, 1)
        .enter(span.clone())
        .event(returned(Level::INFO, &debug(7)))
        .exit(span.clone());
    assert_eq!(see(entered(expected, &span, 1).drop_span(span), || block_on(later())), 7);
}
