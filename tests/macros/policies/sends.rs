//! The future of every shape of function is `Send` where its arguments are: each is spawned, which
//! asks for more than a bound does, as the compiler must prove it for any lifetime.

use super::{Failed, Flaky};
use lumina::prelude::*;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

/// The error of most programs, which is not `Send`.
type Boxed = Box<dyn std::error::Error>;

#[derive(Clone, Default)]
struct Client {
    calls: u32,
}

impl Client {
    #[traced]
    #[retry(base = "1ms")]
    #[timeout(attempt = "5s", total = "1m")]
    #[breaker]
    #[limit(concurrency = 4, requests_per_minute = 1000)]
    #[hedge(after = "1s")]
    #[cache(key = (name, tags.0), single_flight)]
    #[fallback(self.stale(error), when = |error| *error == Failed::Busy)]
    #[fallback(value = name.len())]
    async fn shared(
        &self,
        name: &str,
        mut tags: (u32, Vec<u8>),
        flaky: &Flaky,
    ) -> Result<usize, Failed> {
        tags.1.push(1);
        tokio::task::yield_now().await;
        flaky.call()?;
        Ok(name.len() + tags.1.len())
    }

    async fn stale(&self, error: Failed) -> Result<usize, Failed> {
        tokio::task::yield_now().await;
        Err(error)
    }

    #[traced]
    #[retry(base = "1ms")]
    #[timeout("1s")]
    #[fallback(self.recover(error))]
    async fn exclusive(&mut self, log: &mut Vec<String>, flaky: &Flaky) -> Result<u32, Failed> {
        self.calls += 1;
        tokio::task::yield_now().await;
        log.push("called".to_owned());
        flaky.call()
    }

    async fn recover(&mut self, error: Failed) -> Result<u32, Failed> {
        tokio::task::yield_now().await;
        if error == Failed::Busy { Ok(self.calls) } else { Err(error) }
    }

    #[traced]
    #[retry(base = "1ms")]
    #[hedge(after = "1s")]
    async fn consumed(self, flaky: &Flaky) -> Result<u32, Boxed> {
        tokio::task::yield_now().await;
        flaky.call()?;
        Ok(self.calls)
    }

    #[traced]
    #[timeout("1s")]
    async fn lent<'s>(&'s mut self, name: &str) -> Result<&'s mut u32, Failed> {
        tokio::task::yield_now().await;
        self.calls += name.len() as u32;
        Ok(&mut self.calls)
    }
}

#[traced]
#[retry(base = "1ms")]
#[hedge(after = "1s")]
#[fallback(value = String::new())]
async fn generic<T, const N: usize>(
    value: &T,
    [a, b]: [u8; 2],
    tail: impl Display + Clone + Send + Sync,
    flaky: &Flaky,
) -> Result<String, Boxed>
where
    T: Display + Sync + ?Sized,
{
    tokio::task::yield_now().await;
    flaky.call()?;
    Ok(format!("{value}{a}{b}{tail}{N}"))
}

#[traced]
#[cache(key = value, single_flight)]
#[hedge(after = "1s")]
async fn kept<T>(value: T, flaky: &Flaky) -> Result<T, Failed>
where
    T: std::hash::Hash + Eq + Clone + Send + Sync + 'static,
{
    tokio::task::yield_now().await;
    flaky.call()?;
    Ok(value)
}

#[traced(boxed)]
#[retry(base = "1ms", until = |list| !list.is_empty())]
#[fallback(value = Vec::new())]
async fn on_the_heap(words: &[String], flaky: &Flaky) -> Result<Vec<String>, Boxed> {
    tokio::task::yield_now().await;
    flaky.call()?;
    Ok(words.to_vec())
}

#[traced]
#[retry(base = "1ms")]
#[timeout("1s")]
async fn listed(n: u32, flaky: &Flaky) -> Result<impl Iterator<Item = u32> + Send + use<>, Failed> {
    flaky.call()?;
    Ok(0..n)
}

#[traced]
#[retry(base = "1ms", when = |error| *error == Failed::Busy)]
#[fallback(value = 0..9)]
fn counted(n: u32, flaky: &Flaky) -> Result<impl Iterator<Item = u32>, Failed> {
    flaky.call()?;
    Ok(0..n)
}

#[traced]
#[retry(base = "1ms")]
#[fallback(value = 0)]
fn pinned<'a>(
    text: &'a str,
    flaky: &'a Flaky,
) -> Pin<Box<dyn Future<Output = Result<usize, Failed>> + Send + 'a>> {
    Box::pin(async move {
        tokio::task::yield_now().await;
        flaky.call()?;
        Ok(text.len())
    })
}

#[traced]
#[retry(base = "1ms")]
#[allow(clippy::manual_async_fn, reason = "the shape under test")]
fn opaque(text: &str, flaky: &Flaky) -> impl Future<Output = Result<usize, Failed>> + Send {
    async move {
        tokio::task::yield_now().await;
        flaky.call()?;
        Ok(text.len())
    }
}

#[async_trait::async_trait]
trait Store: Send + Sync {
    async fn read(&self, key: &str, flaky: &Flaky) -> Result<String, Failed>;
    async fn write(&mut self, key: String, flaky: &Flaky) -> Result<u32, Failed>;
}

#[async_trait::async_trait]
impl Store for Client {
    #[traced]
    #[retry(base = "1ms")]
    #[hedge(after = "1s")]
    #[cache(key = key)]
    async fn read(&self, key: &str, flaky: &Flaky) -> Result<String, Failed> {
        tokio::task::yield_now().await;
        flaky.call()?;
        Ok(key.to_owned())
    }

    #[traced]
    #[retry(base = "1ms")]
    #[timeout("1s")]
    #[fallback(value = 0)]
    async fn write(&mut self, mut key: String, flaky: &Flaky) -> Result<u32, Failed> {
        self.calls += 1;
        key.push('!');
        flaky.call()?;
        Ok(self.calls)
    }
}

/// What the call gives on a task of its own.
async fn spawned<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> T {
    tokio::spawn(call).await.expect("no panic")
}

#[tokio::test(start_paused = true)]
async fn methods_may_be_spawned() {
    let once = || Flaky::failing(1);
    let call = async move { Client::default().shared("ab", (1, vec![0]), &once()).await };
    assert_eq!(spawned(call).await, Ok(4));
    let call = async move {
        let (mut client, mut log) = (Client::default(), Vec::new());
        (client.exclusive(&mut log, &once()).await, client.calls, log.len())
    };
    assert_eq!(spawned(call).await, (Ok(2), 2, 2));
    let call = async move { Client { calls: 3 }.consumed(&once()).await.ok() };
    assert_eq!(spawned(call).await, Some(3));
    let call = async move { Client::default().lent("abc").await.ok().copied() };
    assert_eq!(spawned(call).await, Some(3));
}

#[tokio::test(start_paused = true)]
async fn generic_boxed_and_opaque_functions_may_be_spawned() {
    let once = || Flaky::failing(1);
    let call = async move { generic::<str, 3>("v", [1, 2], 'x', &once()).await.ok() };
    assert_eq!(spawned(call).await.as_deref(), Some("v12x3"));
    assert_eq!(
        spawned(async move { kept("k".to_owned(), &once()).await.ok() }).await,
        Some("k".to_owned())
    );
    let call = async move { on_the_heap(&["w".to_owned()], &once()).await.ok() };
    assert_eq!(spawned(call).await, Some(vec!["w".to_owned()]));
    let call = async move { listed(3, &once()).await.map(Iterator::count) };
    assert_eq!(spawned(call).await, Ok(3));
    assert_eq!(counted(3, &Flaky::failing(1)).map(Iterator::count), Ok(3));
    assert_eq!(counted(3, &Flaky::failing(9)).map(Iterator::count), Ok(9));
    assert_eq!(spawned(async move { pinned("abc", &once()).await }).await, Ok(3));
    assert_eq!(spawned(async move { opaque("abc", &once()).await }).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn methods_of_async_traits_may_be_spawned() {
    let call = async {
        let store: Box<dyn Store> = Box::new(Client::default());
        store.read("k", &Flaky::failing(1)).await
    };
    assert_eq!(spawned(call).await.as_deref(), Ok("k"));
    let call = async {
        let mut store: Box<dyn Store> = Box::new(Client::default());
        store.write("k".to_owned(), &Flaky::failing(1)).await
    };
    assert_eq!(spawned(call).await, Ok(2));
}
