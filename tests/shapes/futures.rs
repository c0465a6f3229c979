//! Asynchronous functions, and functions that return futures.

use crate::{outcome_of, record_future};
use lumina::model::Outcome::{Error, Ok as Success, Unset};
use lumina::testing::capture;
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;
use tokio::task::yield_now;

#[derive(Clone, Debug)]
struct Client {
    calls: u32,
}

impl Client {
    #[lumina::traced]
    async fn peek(&self) -> u32 {
        yield_now().await;
        self.calls
    }

    #[lumina::traced(capture(by))]
    async fn bump(&mut self, by: u32) -> &mut u32 {
        yield_now().await;
        self.calls += by;
        &mut self.calls
    }

    #[lumina::traced]
    async fn finish(self) -> Result<u32, Self> {
        yield_now().await;
        if self.calls == 0 { Err(self) } else { Ok(self.calls) }
    }
}

#[tokio::test]
async fn methods_by_reference_by_mutable_reference_and_by_value() {
    let mut client = Client { calls: 1 };
    assert_eq!(outcome_of("peek", client.peek()).await, (1, Unset));
    let (calls, span) = record_future("bump", async { *client.bump(2).await }).await;
    assert_eq!((calls, span.attribute("by")), (3, Some(&2.into())));
    let (output, outcome) = outcome_of("finish", client.finish()).await;
    assert_eq!((output.unwrap(), outcome), (3, Success));
    let (output, outcome) = outcome_of("finish", Client { calls: 0 }.finish()).await;
    assert_eq!((output.is_err(), outcome), (true, Error));
}

#[tokio::test]
async fn lifetimes_generics_and_impl_trait() {
    #[lumina::traced]
    async fn longer<'a>(a: &'a str, b: &'a str) -> &'a str {
        yield_now().await;
        if a.len() > b.len() { a } else { b }
    }
    #[lumina::traced(capture(?value))]
    async fn twice<T, const N: usize>(value: T) -> [T; N]
    where
        T: Clone + std::fmt::Debug + Send + Sync,
    {
        yield_now().await;
        std::array::from_fn(|_| value.clone())
    }
    #[lumina::traced]
    async fn limited(
        n: u32,
        f: impl Fn(u32) -> bool + Send,
    ) -> Result<impl Iterator<Item = u32>, String> {
        yield_now().await;
        if f(n) { Ok(0..n) } else { Err("refused".to_owned()) }
    }
    assert_eq!(record_future("longer", longer("ab", "c")).await.0, "ab");
    let (output, span) = record_future("twice", twice::<_, 2>('x')).await;
    assert_eq!((output, span.attribute("value")), (['x'; 2], Some(&"'x'".into())));
    let (output, outcome) = outcome_of("limited", limited(3, |n| n < 5)).await;
    assert_eq!((output.unwrap().count(), outcome), (3, Success));
    let (output, outcome) = outcome_of("limited", limited(9, |n| n < 5)).await;
    assert_eq!((output.err().unwrap(), outcome), ("refused".to_owned(), Error));
}

#[tokio::test]
async fn return_and_question_mark_inside() {
    #[lumina::traced]
    async fn parse(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        if text.is_empty() {
            return Ok(0);
        }
        yield_now().await;
        let wait = async |text: &str| -> Result<u32, std::num::ParseIntError> { text.parse() };
        let n = wait(text).await?;
        if n > 9 {
            return Err("too large".into());
        }
        Ok(n)
    }
    for (text, output, expected) in
        [("", Some(0), Success), ("7", Some(7), Success), ("x", None, Error), ("10", None, Error)]
    {
        let (result, outcome) = outcome_of("parse", parse(text)).await;
        assert_eq!((result.ok(), outcome), (output, expected), "{text}");
    }
}

#[tokio::test]
async fn an_unsafe_async_function() {
    #[lumina::traced]
    async unsafe fn read(at: usize) -> u8 {
        // SAFETY: the caller's promise.
        unsafe { *std::ptr::with_exposed_provenance(at) }
    }
    let byte = Box::new(7u8);
    let at = (&raw const *byte).expose_provenance();
    // SAFETY: the byte is there until the end of the test.
    assert_eq!(record_future("read", unsafe { read(at) }).await.0, 7);
}

#[tokio::test]
async fn returned_futures_are_traced_to_their_end() {
    #[lumina::traced]
    #[allow(clippy::manual_async_fn)]
    fn block(n: u32) -> impl Future<Output = Result<u32, String>> + Send {
        async move {
            yield_now().await;
            n.checked_sub(1).ok_or_else(|| "none left".to_owned())
        }
    }
    #[lumina::traced]
    fn after_statements(n: u32) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send>> {
        let less = n.checked_sub(1);
        Box::pin(async move { less.ok_or_else(|| "none left".to_owned()) })
    }
    #[lumina::traced]
    fn by_another_function(n: u32) -> impl Future<Output = Result<u32, String>> + Send {
        ready(n.checked_sub(1).ok_or_else(|| "none left".to_owned()))
    }
    #[lumina::traced]
    fn early(n: u32) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send>> {
        if n == 0 {
            return Box::pin(ready(Err("none left".to_owned())));
        }
        Box::pin(async move { Ok(n - 1) })
    }
    for (n, output, expected) in [(1, Ok(0), Success), (0, Err("none left".to_owned()), Error)] {
        let expected = (output, expected);
        assert_eq!(outcome_of("block", async { block(n).await }).await, expected);
        assert_eq!(
            outcome_of("after_statements", async { after_statements(n).await }).await,
            expected
        );
        assert_eq!(
            outcome_of("by_another_function", async { by_another_function(n).await }).await,
            expected
        );
        assert_eq!(outcome_of("early", async { early(n).await }).await, expected);
    }
}

#[tokio::test]
async fn recursion_through_boxes_makes_a_chain() {
    #[lumina::traced(capture(n))]
    async fn plain(n: u32) -> u32 {
        if n == 0 { 0 } else { 1 + Box::pin(plain(n - 1)).await }
    }
    #[lumina::traced]
    fn boxed(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(async move { if n == 0 { 0 } else { 1 + boxed(n - 1).await } })
    }
    let captured = capture(async { plain(3).await + boxed(2).await }).await;
    assert_eq!(*captured.output(), 5);
    captured.has_spans(&["plain", "plain", "plain", "plain", "boxed", "boxed", "boxed"]);
    assert_eq!(captured.roots().len(), 2);
    let deepest = *captured.spans_named("plain").last().unwrap();
    deepest.has_attribute("n", 0).parent().parent().parent().has_attribute("n", 3).is_root();
}

#[tokio::test]
async fn what_is_not_send_may_be_traced_too() {
    #[lumina::traced]
    async fn local(shared: Rc<u32>) -> u32 {
        yield_now().await;
        *shared
    }
    let captured = capture(local(Rc::new(7))).await;
    assert_eq!(*captured.output(), 7);
    captured.has_spans(&["local"]);
}

#[tokio::test]
async fn a_boxed_body_is_send_and_keeps_its_outcome() {
    #[lumina::traced(boxed, capture(text))]
    async fn large(text: &str) -> Result<usize, String> {
        let buffer = [1u8; 4096];
        yield_now().await;
        if text.is_empty() { Err("empty".to_owned()) } else { Ok(buffer.len() + text.len()) }
    }
    assert!(size_of_val(&large("x")) < 1024);
    assert_eq!(outcome_of("large", large("x")).await, (Ok(4097), Success));
    assert_eq!(outcome_of("large", large("")).await, (Err("empty".to_owned()), Error));
}

#[tokio::test]
async fn an_async_function_that_never_returns() {
    #[lumina::traced]
    async fn forever() -> ! {
        loop {
            yield_now().await;
        }
    }
    let captured = capture(async {
        tokio::select! {
            biased;
            never = forever() => never,
            () = yield_now() => {}
        }
    })
    .await;
    captured.span("forever").outcome(lumina::model::Outcome::Cancelled);
}
