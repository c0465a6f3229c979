//! Shapes of functions with policies: each compiles, is `Send`, and works.

use super::{Failed, Flaky};
use lumina::prelude::*;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

fn assert_send<F: Future + Send>(future: F) -> F {
    future
}

#[derive(Clone)]
struct Sender {
    sent: Vec<String>,
}

impl Sender {
    #[traced]
    #[retry(base = "1ms")]
    #[timeout("1s")]
    async fn push(&mut self, text: &str, flaky: &Flaky) -> Result<usize, Failed> {
        self.sent.push(text.to_owned());
        flaky.call()?;
        Ok(self.sent.len())
    }

    #[traced]
    #[retry(base = "1ms")]
    async fn consume(self, flaky: &Flaky) -> Result<Vec<String>, Failed> {
        let mut sent = self.sent;
        sent.push("x".to_owned());
        flaky.call()?;
        Ok(sent)
    }

    #[traced]
    #[retry(base = "1ms")]
    fn borrowed(&self, flaky: &Flaky) -> Result<&str, Failed> {
        flaky.call()?;
        Ok(&self.sent[0])
    }

    #[traced]
    #[timeout("1s")]
    async fn lent(&mut self) -> Result<&mut String, Failed> {
        self.sent.push(String::new());
        self.sent.last_mut().ok_or(Failed::Wrong)
    }
}

#[tokio::test(start_paused = true)]
async fn methods_lend_themselves_to_each_attempt() {
    let mut sender = Sender { sent: vec!["a".to_owned()] };
    assert_eq!(assert_send(sender.push("b", &Flaky::failing(2))).await, Ok(4));
    assert_eq!(sender.borrowed(&Flaky::failing(1)), Ok("a"));
    sender.lent().await.expect("no timeout").push('z');
    assert_eq!(sender.sent.last().map(String::as_str), Some("z"));
    let sent = sender.clone().consume(&Flaky::failing(2)).await;
    assert_eq!(sent.map(|sent| sent.len()), Ok(6));
}

#[traced]
#[retry(base = "1ms")]
#[fallback(shown)]
async fn generic<T, const N: usize>(
    value: T,
    _tags: [u8; N],
    tail: impl Into<String> + Clone + Send,
    flaky: &Flaky,
) -> Result<String, Failed>
where
    T: Display + Clone + Send + Sync,
{
    flaky.call()?;
    Ok(format!("{value}{N}{}", tail.into()))
}

fn shown<T: Display, const N: usize>(
    value: T,
    _: [u8; N],
    _: impl Into<String>,
    _: &Flaky,
) -> String {
    format!("fallback {value}")
}

#[tokio::test(start_paused = true)]
async fn generics_and_opaque_arguments_are_copied() {
    assert_eq!(generic(1, [0; 2], "t", &Flaky::failing(1)).await.as_deref(), Ok("12t"));
    assert_eq!(generic(1, [0; 2], "t", &Flaky::failing(9)).await.as_deref(), Ok("fallback 1"));
}

#[traced]
#[retry(base = "1ms")]
fn boxed<'a>(
    text: &'a str,
    flaky: &'a Flaky,
) -> Pin<Box<dyn Future<Output = Result<String, Failed>> + Send + 'a>> {
    Box::pin(async move {
        flaky.call()?;
        Ok(text.to_owned())
    })
}

#[traced]
#[retry(base = "1ms")]
#[allow(clippy::manual_async_fn, reason = "the shape under test")]
fn opaque(text: String, flaky: &Flaky) -> impl Future<Output = Result<String, Failed>> + Send {
    async move {
        flaky.call()?;
        Ok(text)
    }
}

#[async_trait::async_trait]
trait Store {
    async fn load(&mut self, key: String, flaky: &Flaky) -> Result<String, Failed>;
    async fn read(&self, (a, b): (u8, u8), flaky: &Flaky) -> Result<u8, Failed>;
}

#[async_trait::async_trait]
impl Store for Sender {
    #[traced]
    #[retry(base = "1ms")]
    #[fallback(value = String::new())]
    async fn load(&mut self, mut key: String, flaky: &Flaky) -> Result<String, Failed> {
        self.sent.push(key.clone());
        key.push('!');
        flaky.call()?;
        Ok(key)
    }

    #[traced(retry(base = "1ms"))]
    async fn read(&self, (a, b): (u8, u8), flaky: &Flaky) -> Result<u8, Failed> {
        flaky.call()?;
        Ok(a + b)
    }
}

#[tokio::test(start_paused = true)]
async fn futures_and_async_trait_are_repeated_inside() {
    assert_eq!(boxed("b", &Flaky::failing(1)).await.as_deref(), Ok("b"));
    assert_eq!(opaque("o".to_owned(), &Flaky::failing(1)).await.as_deref(), Ok("o"));
    let mut store = Sender { sent: Vec::new() };
    assert_eq!(store.load("k".to_owned(), &Flaky::failing(1)).await.as_deref(), Ok("k!"));
    assert_eq!(store.sent, ["k", "k"]);
    assert_eq!(store.read((1, 2), &Flaky::failing(1)).await, Ok(3));
}

type Outcome<T> = Result<T, Failed>;

#[traced(boxed, err, ok(|list| count = list.len()))]
#[retry(max = TRIES, base = "1ms", jitter = none)]
async fn aliased(flaky: &Flaky) -> Outcome<Vec<u32>> {
    Ok(vec![flaky.call()?])
}

const TRIES: u32 = 2;

#[tokio::test(start_paused = true)]
async fn aliases_of_result_and_constants_are_accepted() {
    let spans = lumina::testing::capture(aliased(&Flaky::failing(1))).await;
    assert_eq!(*spans.output(), Ok(vec![2]));
    spans.root().has_attribute("count", 1);
}

struct NoClone;

#[traced]
#[timeout("1s")]
async fn once(it: NoClone, mut list: Vec<u8>) -> Result<(NoClone, Vec<u8>), Failed> {
    list.push(1);
    Ok((it, list))
}

#[tokio::test]
async fn what_runs_once_is_not_copied() {
    assert_eq!(once(NoClone, Vec::new()).await.map(|(_, list)| list), Ok(vec![1]));
}
