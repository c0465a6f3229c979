//! Functions that return futures: async-trait in both forms, and futures made by hand.

use std::future::{Future, ready};
use std::pin::Pin;

use lumina::model::Outcome;
use lumina::testing::capture;
use lumina::traced;

#[traced]
fn leaf() {}

struct Store {
    name: &'static str,
}

#[async_trait::async_trait]
trait Read {
    async fn read(&self, key: String) -> Result<String, String>;
    async fn change(&mut self, name: &'static str) -> usize;
}

#[async_trait::async_trait]
impl Read for Store {
    #[traced(capture(key), attrs(%self.name), err(|e| reason = e))]
    async fn read(&self, key: String) -> Result<String, String> {
        leaf();
        tokio::task::yield_now().await;
        leaf();
        if key.is_empty() {
            Err("no key")?;
        }
        Ok(format!("{}/{key}", self.name))
    }

    #[traced(capture(all), skip(self))]
    async fn change(&mut self, name: &'static str) -> usize {
        self.name = name;
        leaf();
        name.len()
    }
}

#[tokio::test]
async fn async_trait_methods_span_their_future() {
    let spans = capture(async {
        let mut store = Store { name: "shelf" };
        let read = (store.read("a".into()).await, store.read(String::new()).await);
        assert_eq!(store.change("box").await, 3);
        read
    })
    .await;
    assert_eq!(spans.output().0.as_deref(), Ok("shelf/a"));
    let [found, failed] = spans.spans_named("read")[..] else { panic!("{}", spans.tree()) };
    found
        .outcome(Outcome::Ok)
        .has_attribute("key", "a")
        .has_attribute("self.name", "shelf")
        .has_children(&["leaf", "leaf"]);
    failed.outcome(Outcome::Error).has_attribute("reason", "no key");
    spans.span("change").has_attribute("name", "box").has_children(&["leaf"]);
}

impl Store {
    const PREFIX: &'static str = "p";

    /// What async-trait 0.1.43 wrote for an `async fn`.
    #[traced(skip(self), attrs(%self.name, prefix = Self::PREFIX), capture(all))]
    fn old<'a>(
        &'a self,
        #[redact] key: String,
    ) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + 'a>> {
        async fn run(_self: &Store, key: String) -> Result<usize, String> {
            leaf();
            Ok(_self.name.len() + key.len())
        }
        Box::pin(run(self, key))
    }
}

#[tokio::test]
async fn the_old_form_of_async_trait_is_followed_too() {
    let store = Store { name: "shelf" };
    let spans = capture(store.old("key".into())).await;
    assert_eq!(*spans.output(), Ok(8));
    spans
        .span("old")
        .outcome(Outcome::Ok)
        .has_attribute("self.name", "shelf")
        .has_attribute("prefix", "p")
        .has_attribute("key", "[REDACTED]")
        .has_children(&["leaf"]);
}

#[allow(clippy::manual_async_fn, reason = "the form is what is tested")]
#[traced(capture(fail))]
fn block(fail: bool) -> impl Future<Output = Result<u8, String>> {
    async move {
        leaf();
        if fail { Err("failed".to_owned()) } else { Ok(1) }
    }
}

#[traced(capture(size))]
fn by_hand(size: usize) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send>> {
    leaf();
    if size == 0 {
        return Box::pin(ready(Err("empty".to_owned())));
    }
    let size = size + 1;
    Box::pin(async move {
        tokio::task::yield_now().await;
        leaf();
        Ok(size)
    })
}

#[traced(ok(|n| n = *n))]
fn opaque(size: usize) -> impl Future<Output = usize> + Send {
    leaf();
    let later = block(false);
    drop(later);
    ready(size)
}

#[tokio::test]
async fn a_returned_future_carries_its_span() {
    let spans = capture(async {
        let empty = by_hand(0).await;
        (block(true).await, empty, by_hand(1).await, opaque(4).await)
    })
    .await;
    assert_eq!(spans.output(), &(Err("failed".into()), Err("empty".into()), Ok(2), 4));
    let [early, late] = spans.spans_named("by_hand")[..] else { panic!("{}", spans.tree()) };
    early.outcome(Outcome::Error).has_children(&["leaf"]);
    late.outcome(Outcome::Ok).has_attribute("size", 1).has_children(&["leaf", "leaf"]);
    spans.span("opaque").has_attribute("n", 4).has_children(&["leaf"]);
    let failed = spans.span("block");
    failed.outcome(Outcome::Error).has_attribute("fail", true).has_children(&["leaf"]);
}

#[allow(clippy::async_yields_async, reason = "where the future is made is what is tested")]
#[traced]
async fn caller() -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send>> {
    by_hand(1)
}

#[tokio::test]
async fn a_future_made_by_hand_belongs_to_where_it_was_made() {
    let spans = capture(async { caller().await.await }).await;
    spans.span("by_hand").has_parent("caller");
}

/// No `std::error::Error`, so that only the right implementation can describe it.
#[derive(Debug, PartialEq)]
struct Odd;

type Later<'a> = Pin<Box<dyn Future<Output = Result<usize, Odd>> + Send + 'a>>;

#[traced(capture(text), ok(|n| n = *n))]
fn by_alias(text: &str) -> Later<'_> {
    Box::pin(async move { if text.len() % 2 == 1 { Err(Odd) } else { Ok(text.len()) } })
}

#[traced(err(|_| odd = true))]
fn after_statements(text: &str) -> impl Future<Output = Result<usize, Odd>> {
    let length = text.len();
    async move { if length % 2 == 1 { Err(Odd) } else { Ok(length) } }
}

#[tokio::test]
async fn what_a_future_gives_is_known_however_it_is_written() {
    let spans = capture(async {
        assert_eq!((by_alias("ab").await, after_statements("ab").await), (Ok(2), Ok(2)));
        assert_eq!((by_alias("a").await, after_statements("a").await), (Err(Odd), Err(Odd)));
    })
    .await;
    for name in ["by_alias", "after_statements"] {
        let [fine, odd] = spans.spans_named(name)[..] else { panic!("{}", spans.tree()) };
        fine.outcome(Outcome::Ok);
        odd.outcome(Outcome::Error).has_attribute("error.message", "Odd");
    }
    spans.spans_named("by_alias")[0].has_attribute("text", "ab").has_attribute("n", 2);
    spans.spans_named("after_statements")[1].has_attribute("odd", true);
}
