//! Each compiles without a warning, and its future is `Send`.
#![deny(warnings, clippy::all, clippy::pedantic)]
#![allow(dead_code)]

use lumina::prelude::*;
use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

const CALLS: u32 = 3;

struct Client {
    names: Vec<String>,
}

impl Client {
    #[traced("ask", llm, err)]
    #[hedge(after = "2s", max = CALLS)]
    async fn ask(&self, mut prompt: String, trace: &str) -> Result<String, Box<dyn Error>> {
        prompt.push_str(trace);
        std::future::ready(()).await;
        Err(prompt)?
    }

    #[hedge(after = "2s")]
    #[timeout("5s")]
    async fn borrowed<'a>(&'a self, of: &'a Self) -> Result<&'a str, Box<dyn Error + Send + Sync>> {
        let client = if self.names.is_empty() { of } else { self };
        std::future::ready(()).await;
        Ok(client.names.first().ok_or("none")?)
    }

    #[traced(boxed, hedge(after = "2s"), retry(until = |list| !list.is_empty()))]
    async fn boxed(&self) -> Result<Vec<String>, String> {
        std::future::ready(()).await;
        Ok(self.names.clone())
    }
}

#[derive(Clone)]
struct Owned(String);

impl Owned {
    #[traced(hedge(after = "2s"))]
    async fn consume(self) -> Result<String, String> {
        std::future::ready(()).await;
        Ok(self.0)
    }
}

#[traced]
#[hedge(after = "2s")]
#[fallback(value = String::new())]
async fn generic<T, const N: usize>(
    (value, mut count): (T, usize),
    _tags: [u8; N],
    tail: impl Into<String> + Clone + Send + Sync,
) -> Result<String, String>
where
    T: Display + Clone + Send + Sync,
{
    count += N;
    std::future::ready(()).await;
    Ok(format!("{value}{count}{}", tail.into()))
}

#[traced]
#[hedge(after = "2s")]
fn future<'a>(
    text: &'a str,
) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>> {
    Box::pin(async move {
        std::future::ready(()).await;
        Ok(text.to_owned())
    })
}

macro_rules! made {
    ($name:ident, $after:literal, $max:expr) => {
        #[traced]
        #[hedge(after = $after, max = $max)]
        async fn $name(n: u32) -> Result<u32, String> {
            std::future::ready(()).await;
            if n == 0 {
                return Err("zero".to_owned());
            }
            Ok(n)
        }
    };
}
made!(made, "1s", 2);

fn send<F: Future + Send>(future: F) {
    drop(future);
}

fn main() {
    let client = Client { names: Vec::new() };
    send(client.ask(String::new(), ""));
    send(client.borrowed(&client));
    send(client.boxed());
    send(Owned(String::new()).consume());
    send(generic((1, 2), [0; 2], "tail"));
    send(future("text"));
    send(made(1));
}
