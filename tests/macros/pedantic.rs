//! Read by clippy: that nothing generated offends it, in its strictest mood.
#![deny(clippy::all, clippy::pedantic)]

use lumina::testing::capture;
use lumina::traced;

struct Shop {
    name: String,
}

impl Shop {
    #[traced(capture(all), skip(self), attrs(%self.name), ok(|n| total = *n), err(|e| %e))]
    async fn total(&self, mut count: u32, _unused: u8, (a, _b): (u8, u8)) -> Result<u32, String> {
        use std::ops::AddAssign;
        count.add_assign(u32::from(a));
        tokio::task::yield_now().await;
        Ok(count)
    }

    #[traced(err, ret, ok(|_done| fine = true))]
    fn open(&mut self) -> Result<(), std::fmt::Error> {
        self.name.clear();
        Ok(())
    }

    #[traced(boxed, fields(a, b = 1))]
    async fn close(self) {
        lumina::record!(a = self.name.len());
        lumina::event!("closing", name = %self.name);
        tokio::task::yield_now().await;
    }

    #[traced(stream)]
    fn shelves(&self) -> impl tokio_stream::Stream<Item = u8> {
        let count = lumina::span!("count"; self.name.len());
        tokio_stream::iter((0..=u8::MAX).take(count))
    }
}

#[traced]
fn nothing() {}

#[tokio::test]
async fn strict_code_runs() {
    let spans = capture(async {
        let mut shop = Shop { name: "shop".to_owned() };
        drop(shop.shelves());
        assert_eq!(shop.total(1, 2, (3, 4)).await, Ok(4));
        assert!(shop.open().is_ok());
        shop.close().await;
        nothing();
    })
    .await;
    spans.has_spans(&["shelves", "count", "total", "open", "close", "nothing"]);
}
