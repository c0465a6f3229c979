//! The shapes of functions, in the edition of the file that includes this one.
#![deny(warnings)]

use std::future::Future;
use std::pin::Pin;

use lumina::testing::capture;
use lumina::traced;

#[traced(capture(all), skip(closure))]
fn sync<'a>(mut text: &'a str, closure: impl Fn(&str) -> bool) -> Result<&'a str, String> {
    if closure(text) {
        text = "other";
    }
    let length: u32 = text.len().to_string().parse().map_err(|_| "no number")?;
    lumina::record!(length);
    Ok(text)
}

#[traced(capture(number), ok(|n| doubled = *n))]
async fn asynchronous(number: &u32) -> Result<u32, String> {
    std::future::ready(()).await;
    Ok(number * 2)
}

#[traced]
fn by_hand(number: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    let number = number + 1;
    Box::pin(async move { number })
}

#[allow(clippy::manual_async_fn, reason = "the form is what is tested")]
#[traced]
fn opaque(number: &u32) -> impl Future<Output = Result<u32, String>> + '_ {
    async move {
        let number = number.checked_add(1).ok_or("too large")?;
        Ok(number)
    }
}

#[traced]
unsafe fn pointer(number: *const u32) -> Result<u32, String> {
    // SAFETY: the caller passes a reference.
    Ok(unsafe { *number })
}

#[tokio::test]
async fn every_shape_compiles_and_is_recorded() {
    let spans = capture(async {
        assert_eq!(sync("", str::is_empty), Ok("other"));
        // SAFETY: a reference is a valid pointer.
        assert_eq!(unsafe { pointer(&3) }, Ok(3));
        asynchronous(&2).await.map(|n| n + 1)?;
        by_hand(1).await;
        lumina::span!("block"; opaque(&1).await)
    })
    .await;
    assert_eq!(*spans.output(), Ok(2));
    spans.has_spans(&["sync", "pointer", "asynchronous", "by_hand", "block", "opaque"]);
    spans.span("sync").has_attribute("text", "").has_attribute("length", 5);
    spans.span("opaque").has_parent("block");
}
