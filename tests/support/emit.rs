//! Spans to count, made as generated code makes them.

use lumina::__private::{AsyncSpan, Level, Operation, Site, SpanKind, SyncSpan, Traced, ignore};
use std::future::Future;

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
