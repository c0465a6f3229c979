//! Each compiles without a warning, and its future is `Send`.
#![deny(warnings, clippy::all, clippy::pedantic)]
#![allow(dead_code)]

use lumina::prelude::*;
use std::borrow::Cow;
use std::fmt::Display;
use std::future::Future;
use std::hash::Hash;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

const ROOM: u32 = 100;

struct Client<'a, M> {
    name: Cow<'a, str>,
    model: M,
}

impl<M: Display + Send + Sync> Client<'_, M> {
    #[traced("ask", err, ok(|answer| length = answer.len()))]
    #[cache(key = (&*self.name, (prompt, tags[0])), ttl = "1h", capacity = ROOM, single_flight)]
    #[retry(max = 2)]
    #[hedge(after = "2s")]
    async fn ask(&self, prompt: &str, tags: &[u8]) -> Result<String, Box<dyn std::error::Error>> {
        std::future::ready(()).await;
        Ok(format!("{} {prompt} {}", self.model, tags.len()))
    }

    #[cache(key = prompt.trim())]
    fn blocking(&mut self, prompt: String) -> Arc<str> {
        self.name = Cow::Owned(prompt.clone());
        prompt.into()
    }
}

#[traced(boxed, cache(single_flight))]
async fn file(path: &Path, _: u8, mut tail: String) -> std::io::Result<String> {
    tail.push('!');
    std::future::ready(()).await;
    Ok(format!("{}{tail}", path.display()))
}

#[cache]
fn generic<T, const N: usize>((value, array): (T, [u8; N])) -> Option<T>
where
    T: Hash + Eq + Clone + Send + Sync + 'static,
{
    (array.len() > 1).then_some(value)
}

#[traced]
#[cache(key = n)]
fn future<'a>(n: &'a u32) -> Pin<Box<dyn Future<Output = Result<&'static str, String>> + Send + 'a>> {
    Box::pin(async move {
        std::future::ready(()).await;
        if *n == 0 { Err("zero".to_owned()) } else { Ok("more") }
    })
}

#[cache]
fn nothing_to_tell_apart() -> u32 {
    7
}

macro_rules! made {
    ($name:ident, $key:expr, $ttl:literal) => {
        #[traced]
        #[cache(key = $key, ttl = $ttl)]
        async fn $name(n: u32) -> u32 {
            std::future::ready(()).await;
            n + 1
        }
    };
}
made!(made, VERSION, "1s");

const VERSION: u32 = 3;

fn send<F: Future + Send>(future: F) {
    drop(future);
}

fn main() {
    let name = String::from("c");
    let mut client = Client { name: Cow::Borrowed(&name), model: 'm' };
    send(client.ask("", &[1]));
    drop(client.blocking(String::new()));
    send(file(Path::new("a"), 0, String::new()));
    assert_eq!(generic((1, [1, 2])), Some(1));
    send(future(&1));
    send(made(1));
}
