//! `err` and `ret`: events for every subscriber of `tracing`, whether or not lumina records.

use std::sync::{Arc, Mutex};

use lumina::traced;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// One line an event: level, target, fields.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        struct Fields(String);
        impl Visit for Fields {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!(" {field}={value:?}");
            }
        }
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let (level, target) = (event.metadata().level(), event.metadata().target());
        self.0.lock().expect("no panic").push(format!("{level} {target}{}", fields.0));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn lines<R>(f: impl FnOnce() -> R) -> Vec<String> {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), f);
    let lines = lines.0.lock().expect("no panic");
    lines.clone()
}

#[traced(err, ret, target = "shop", level = "debug")]
fn both(n: i32) -> Result<i32, String> {
    if n < 0 { Err(format!("{n} is negative")) } else { Ok(n) }
}

#[traced(ret(Display, level = "warn"), target = "shop")]
fn display() -> &'static str {
    "text"
}

#[traced(err(Debug, level = Level::WARN), target = "shop")]
async fn debug() -> Result<(), String> {
    Err("text".to_owned())
}

#[traced(ret, target = "shop")]
async fn whole() -> Result<u8, ()> {
    Ok(1)
}

#[test]
fn events_have_the_levels_and_forms_of_tracing() {
    assert_eq!(lines(|| both(1)), ["DEBUG shop return=1"]);
    assert_eq!(lines(|| both(-1)), ["ERROR shop error=-1 is negative"]);
    assert_eq!(lines(display), ["WARN shop return=text"]);
}

#[test]
fn events_of_futures_come_when_they_are_ready() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert_eq!(lines(|| runtime.block_on(debug())), ["WARN shop error=\"text\""]);
    assert_eq!(lines(|| runtime.block_on(whole())), ["INFO shop return=Ok(1)"]);
}
