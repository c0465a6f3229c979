//! A future is `Send` with the attribute if it is without it.

use lumina::FutureExt as _;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use tokio::task::yield_now;

fn send<T: Send + Future>(_: &T) {}
fn sync<T: Sync + Future>(_: &T) {}

struct Client(u32);

impl Client {
    #[lumina::traced(capture(text), ok(|n| n = *n), err)]
    async fn by_mut(&mut self, text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
        yield_now().await;
        self.0 += text.len() as u32;
        Ok(self.0)
    }

    #[lumina::traced(capture(all), skip(self))]
    async fn generic<T: std::fmt::Debug + Send + Sync>(&self, value: T) -> T {
        yield_now().await;
        value
    }
}

#[lumina::traced]
async fn fails_unsent() -> Result<(), Box<dyn Error>> {
    // The error is never held across an `.await`.
    yield_now().await;
    Err("no".into())
}

#[lumina::traced(attrs(format = %format_args!("{n}"), list = vec![n]))]
async fn with_attributes(n: u32) -> u32 {
    lumina::record!(more = ?Some(n));
    lumina::event!("step", n = n);
    yield_now().await;
    lumina::span!("block", n = n; yield_now().await);
    n
}

#[lumina::traced]
fn boxed() -> Pin<Box<dyn Future<Output = u32> + Send>> {
    let n = 1;
    Box::pin(async move { n })
}

#[lumina::traced(boxed)]
async fn shrunk(text: &str) -> usize {
    yield_now().await;
    text.len()
}

#[lumina::traced(parent = lumina::Context::root(), follows_from = [lumina::Context::current()])]
async fn linked() {
    yield_now().await;
}

#[tokio::test]
async fn every_shape_can_be_spawned() {
    let mut client = Client(0);
    send(&client.by_mut("a"));
    send(&client.generic("a"));
    send(&with_attributes(1));
    send(&boxed());
    send(&shrunk("a"));
    send(&linked());
    send(&with_attributes(1).in_current_context());
    sync(&with_attributes(1));
    let client = async move {
        let sum = client.by_mut("ab").await.unwrap() + client.generic(1).await;
        sum + with_attributes(2).await + boxed().await + shrunk("abc").await as u32
    };
    let task = tokio::spawn(async move {
        linked().await;
        client.await
    });
    assert_eq!(task.await.unwrap(), 9);
    let failed = tokio::spawn(async { fails_unsent().await.is_err() });
    assert!(failed.await.unwrap());
}
