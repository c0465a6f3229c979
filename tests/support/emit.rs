//! Spans to count, made as generated code makes them.

use lumina::__private::{AsyncSpan, Level, Operation, Site, SpanKind, SyncSpan, Traced, ignore};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use std::future::Future;
use std::ops::Range;

static OUTER: Site = site(&OUTER, "outer");
static INNER: Site = site(&INNER, "inner");

const fn site(this: &'static Site, name: &'static str) -> Site {
    let (kind, operation) = (SpanKind::Internal, Operation::Unspecified);
    Site::new(this, name, "emit", Level::INFO, file!(), line!(), "emit", &[], kind, operation)
}

fn enter(site: &'static Site) -> SyncSpan {
    if site.is_off() { SyncSpan::off() } else { SyncSpan::enter(site, &[]) }
}

fn start(site: &'static Site) -> AsyncSpan {
    if site.is_off() { AsyncSpan::off() } else { AsyncSpan::start(site, &[]) }
}

/// Whether nobody wants spans: what makes a traced function run as if it were not traced.
pub fn is_off() -> bool {
    INNER.is_off()
}

/// Makes `spans` spans called `inner`.
pub fn emit(spans: u64) {
    for _ in 0..spans {
        let _inner = enter(&INNER);
    }
}

/// Runs `f` in a span called `outer`.
pub fn in_outer<R>(f: impl FnOnce() -> R) -> R {
    let _outer = enter(&OUTER);
    f()
}

/// Awaits `future` in a span called `outer`.
pub async fn outer<F: Future>(future: F) -> F::Output {
    Traced::new(start(&OUTER), future, ignore).await
}

/// Makes a span called `numbered` for each of `ids`, with the attributes `id` and [`text`].
pub fn numbered(ids: Range<u64>) {
    for id in ids {
        lumina::span!("numbered", id = id, text = text(id); {});
    }
}

/// What belongs to `id`: up to 3,000 bytes, different for each.
pub fn text(id: u64) -> String {
    let length = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
    format!("[{id}] {}", "ü+".repeat(length as usize))
}

/// The number of a span made by [`numbered`]; `None` if it is another one, or not as it was made.
pub fn number_of(span: &Span) -> Option<u64> {
    let value = |key: &str| {
        let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
        attribute.value.as_ref()?.value.as_ref()
    };
    let (Value::IntValue(id), Value::StringValue(found)) = (value("id")?, value("text")?) else {
        return None;
    };
    let id = u64::try_from(*id).ok()?;
    (span.name == "numbered" && *found == text(id)).then_some(id)
}
