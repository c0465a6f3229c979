//! Methods of traits: plain ones, async ones, and what async-trait makes of them, then and now.

use crate::{outcome, outcome_of, record_future};
use async_trait::async_trait;
use lumina::model::Outcome::{Error, Ok as Success};
use std::future::Future;
use std::pin::Pin;
use tokio::task::yield_now;

#[derive(Clone, Debug, PartialEq)]
struct Shop(u32);

impl From<Shop> for u32 {
    fn from(shop: Shop) -> u32 {
        shop.0
    }
}

#[test]
fn implementations_and_provided_methods_of_a_trait() {
    trait Sell {
        fn sell(&mut self, n: u32) -> Result<u32, String>;

        #[lumina::traced]
        fn sell_all(&mut self) -> Result<u32, String>
        where
            Self: Into<u32> + Clone,
        {
            let all = self.clone().into();
            self.sell(all)
        }
    }
    impl Sell for Shop {
        #[lumina::traced("shop.sell", capture(n))]
        fn sell(&mut self, n: u32) -> Result<u32, String> {
            self.0 = self.0.checked_sub(n).ok_or("sold out")?;
            Ok(self.0)
        }
    }
    assert_eq!(outcome("shop.sell", || Shop(3).sell(2)), (Ok(1), Success));
    assert_eq!(outcome("shop.sell", || Shop(3).sell(4)), (Err("sold out".to_owned()), Error));
    let captured = lumina::testing::capture_sync(|| Shop(3).sell_all());
    captured.has_spans(&["sell_all", "shop.sell"]);
    captured.root().child("shop.sell").has_attribute("n", 3);
}

#[tokio::test]
async fn async_methods_of_the_language() {
    trait Open {
        fn open(&mut self, by: u32) -> impl Future<Output = Result<u32, String>> + Send;
    }
    impl Open for Shop {
        #[lumina::traced(capture(by))]
        async fn open(&mut self, by: u32) -> Result<u32, String> {
            yield_now().await;
            self.0 += by;
            Ok(self.0)
        }
    }
    let mut shop = Shop(1);
    let (output, span) = record_future("open", shop.open(2)).await;
    assert_eq!((output, span.attribute("by")), (Ok(3), Some(&2.into())));
}

#[async_trait]
trait Agent: Send + Sync {
    async fn by_ref(&self, text: &str) -> Result<usize, String>;
    async fn by_mut(&mut self, #[allow(unused)] secret: &str) -> &mut u32;
    async fn by_value(self) -> u32
    where
        Self: Sized;
    async fn none(n: u32) -> u32
    where
        Self: Sized;
    async fn generic<T: Into<u32> + Send + 'static>(&self, value: T) -> u32
    where
        Self: Sized;
    #[lumina::traced]
    async fn provided(&self) -> usize {
        self.by_ref("provided").await.unwrap_or(0)
    }
}

#[async_trait]
impl Agent for Shop {
    #[lumina::traced(capture(text), attrs(stock = self.0))]
    async fn by_ref(&self, text: &str) -> Result<usize, String> {
        yield_now().await;
        if text.is_empty() {
            return Err("empty".to_owned());
        }
        Ok(text.len())
    }

    #[lumina::traced(capture(secret))]
    async fn by_mut(&mut self, #[redact] secret: &str) -> &mut u32 {
        yield_now().await;
        self.0 += secret.len() as u32;
        &mut self.0
    }

    #[lumina::traced]
    async fn by_value(self) -> u32 {
        yield_now().await;
        self.0
    }

    #[lumina::traced(capture(n))]
    async fn none(n: u32) -> u32 {
        n
    }

    #[lumina::traced]
    async fn generic<T: Into<u32> + Send + 'static>(&self, value: T) -> u32 {
        value.into()
    }
}

#[tokio::test]
async fn methods_under_async_trait() {
    let mut shop = Shop(4);
    let (output, span) = record_future("by_ref", shop.by_ref("abc")).await;
    assert_eq!((output, span.outcome), (Ok(3), Success));
    assert_eq!(span.attribute("text"), Some(&"abc".into()));
    assert_eq!(span.attribute("stock"), Some(&4.into()));
    assert_eq!(outcome_of("by_ref", shop.by_ref("")).await, (Err("empty".to_owned()), Error));
    let (output, span) = record_future("by_mut", async { *shop.by_mut("hunter2").await }).await;
    assert_eq!((output, span.attribute("secret")), (11, Some(&"[REDACTED]".into())));
    assert_eq!(record_future("none", Shop::none(5)).await.0, 5);
    assert_eq!(record_future("generic", shop.generic(6u8)).await.0, 6);
    assert_eq!(record_future("by_value", shop.clone().by_value()).await.0, 11);
    let captured = lumina::testing::capture(shop.provided()).await;
    assert_eq!(*captured.output(), 8);
    captured.root().has_children(&["by_ref"]);
}

#[tokio::test]
async fn methods_of_trait_objects_under_async_trait() {
    #[async_trait]
    trait Tool: Send + Sync {
        async fn call(&self, input: u32) -> Result<u32, String>;
    }
    #[async_trait]
    impl Tool for Shop {
        #[lumina::traced("tool", tool, capture(input))]
        async fn call(&self, input: u32) -> Result<u32, String> {
            Ok(self.0 + input)
        }
    }
    let tools: Vec<Box<dyn Tool>> = vec![Box::new(Shop(1)), Box::new(Shop(2))];
    let captured = lumina::testing::capture(async {
        let mut sum = 0;
        for tool in &tools {
            sum += tool.call(1).await.unwrap();
        }
        sum
    })
    .await;
    assert_eq!(*captured.output(), 5);
    captured.has_spans(&["tool", "tool"]);
}

/// What async-trait up to 0.1.43 writes: the body in an `async fn` of its own, `self` renamed.
impl Shop {
    #[lumina::traced(capture(text), attrs(stock = self.0))]
    fn inner_function<'life, 'text, 'both>(
        &'life self,
        text: &'text str,
    ) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + 'both>>
    where
        'life: 'both,
        'text: 'both,
        Self: 'both,
    {
        #[allow(clippy::used_underscore_binding)]
        async fn inner_function(_self: &Shop, text: &str) -> Result<usize, String> {
            yield_now().await;
            if _self.0 == 0 {
                return Err("closed".to_owned());
            }
            Ok(text.len())
        }
        Box::pin(inner_function(self, text))
    }
}

#[tokio::test]
async fn methods_under_the_first_async_trait() {
    let (output, span) = record_future("inner_function", Shop(4).inner_function("abc")).await;
    assert_eq!((output, span.outcome), (Ok(3), Success));
    assert_eq!(span.attribute("text"), Some(&"abc".into()));
    assert_eq!(span.attribute("stock"), Some(&4.into()));
    let closed = outcome_of("inner_function", Shop(0).inner_function("abc")).await;
    assert_eq!(closed, (Err("closed".to_owned()), Error));
}

#[test]
fn operators_and_conversions_are_functions_too() {
    struct Text(String);
    impl std::str::FromStr for Text {
        type Err = std::convert::Infallible;
        #[lumina::traced]
        fn from_str(text: &str) -> Result<Self, Self::Err> {
            Ok(Text(text.to_owned()))
        }
    }
    impl std::ops::Add<&str> for Text {
        type Output = Text;
        #[lumina::traced]
        fn add(mut self, more: &str) -> Self::Output {
            self.0.push_str(more);
            self
        }
    }
    impl Drop for Text {
        #[lumina::traced("text.drop")]
        fn drop(&mut self) {
            self.0.clear();
        }
    }
    let captured = lumina::testing::capture_sync(|| {
        let text = "a".parse::<Text>().unwrap() + "b";
        text.0.len()
    });
    assert_eq!(*captured.output(), 2);
    captured.has_spans(&["from_str", "add", "text.drop"]);
}
