//! `#[fallback]`: which step is tried, and what it is given.

use super::{Failed, Flaky};
use lumina::prelude::*;
use lumina::testing::{capture, capture_sync};

async fn later(word: String, n: u32) -> Result<String, Failed> {
    tokio::task::yield_now().await;
    if n == 0 { Err(Failed::Wrong) } else { Ok(format!("later {word}")) }
}

fn plain(word: &str, error: Failed) -> String {
    format!("plain {word} after {error}")
}

#[traced]
#[retry(max = 2, base = "1ms")]
#[fallback(later)]
#[fallback(plain(&word, error), name = "simple", when = |error| *error == Failed::Wrong)]
#[fallback(value = word, level = "emergency")]
async fn chained(word: String, n: u32) -> Result<String, Failed> {
    if n == 2 { Ok(word) } else { Err(Failed::Busy) }
}

#[tokio::test(start_paused = true)]
async fn steps_are_tried_in_the_order_of_the_source() {
    assert_eq!(chained("a".to_owned(), 2).await.as_deref(), Ok("a"));

    let spans = capture(chained("a".to_owned(), 1)).await;
    assert_eq!(spans.output().as_deref(), Ok("later a"));
    spans.root().has_children(&["chained.attempt", "chained.attempt", "chained.fallback"]);
    spans.root().has_attribute("fallback.used", "later");

    let spans = capture(chained("a".to_owned(), 0)).await;
    assert_eq!(spans.output().as_deref(), Ok("plain a after wrong"));
    spans.root().has_attribute("fallback.used", "simple");
}

#[traced]
#[fallback(plain(&word, error), when = |error| *error == Failed::Wrong)]
#[fallback(value = word, level = "emergency")]
async fn choosy(word: String) -> Result<String, Failed> {
    Err(Failed::Busy)
}

#[tokio::test]
async fn a_step_that_does_not_want_the_error_is_passed_over() {
    let spans = capture(choosy("b".to_owned())).await;
    assert_eq!(spans.output().as_deref(), Ok("b"));
    let step = spans.span("choosy.fallback");
    step.has_attribute("fallback.name", "value").has_attribute("fallback.level", "emergency");
}

struct Prices {
    stale: u32,
    flaky: Flaky,
}

impl Prices {
    fn stale(&self, percent: u32) -> u32 {
        self.stale * percent / 100
    }

    #[traced]
    #[fallback(self.stale)]
    fn price(&self, percent: u32) -> Result<u32, Failed> {
        self.flaky.call()?;
        Ok(percent)
    }

    #[traced]
    #[fallback(self.recover(error))]
    async fn change(&mut self) -> Result<u32, Failed> {
        self.stale += 1;
        self.flaky.call()
    }

    async fn recover(&mut self, error: Failed) -> Result<u32, Failed> {
        tokio::task::yield_now().await;
        self.stale += 1;
        Err(error)
    }
}

#[test]
fn a_method_is_called_with_the_functions_arguments() {
    let prices = Prices { stale: 50, flaky: Flaky::failing(1) };
    let spans = capture_sync(|| prices.price(10));
    assert_eq!(*spans.output(), Ok(5));
    spans.root().has_attribute("fallback.used", "stale");
    assert_eq!(prices.price(10), Ok(10));
}

#[tokio::test]
async fn a_fallback_may_change_what_the_body_changed() {
    let mut prices = Prices { stale: 0, flaky: Flaky::failing(1) };
    let spans = capture(prices.change()).await;
    assert_eq!(*spans.output(), Err(Failed::Busy));
    spans.root().lacks_attribute("fallback.used");
    assert_eq!(prices.stale, 2);
}

/// An error that is no `Send`: only a fallback that names it would keep it.
#[derive(Debug)]
struct Local(#[allow(dead_code)] std::rc::Rc<()>);

#[traced]
#[retry(max = 2, base = "1ms")]
#[fallback(value = 7)]
async fn local(flaky: &Flaky) -> Result<u32, Local> {
    flaky.call().map_err(|_| Local(std::rc::Rc::new(())))
}

#[tokio::test(start_paused = true)]
async fn the_future_is_send_whatever_its_error() {
    let found = tokio::spawn(async { local(&Flaky::failing(5)).await.ok() }).await;
    assert_eq!(found.expect("no panic"), Some(7));
}
