//! Nothing that the attribute writes is reported as the user's.
#![deny(warnings, unused, future_incompatible, rust_2018_idioms, let_underscore_drop)]
#![deny(missing_docs, unreachable_pub, unused_qualifications, single_use_lifetimes)]
#![deny(unsafe_code, trivial_casts, unused_lifetimes, unused_results, variant_size_differences)]

use lumina::traced;

struct Shop;

impl Shop {
    #[traced(capture(all), skip(self), ok(|n| total = *n))]
    async fn total(&self, mut count: u32, _unused: u8) -> Result<u32, std::num::ParseIntError> {
        use std::ops::AddAssign;
        count.add_assign("1".parse::<u32>()?);
        Ok(count)
    }

    #[traced(err, ret)]
    fn open(&mut self) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    #[traced]
    fn close(self) {}
}

#[traced]
#[must_use]
fn never(stop: bool) -> u8 {
    if stop {
        return 0;
    }
    unreachable!("for the lint")
}

#[traced]
fn endless() -> ! {
    loop {}
}

#[traced]
async fn endless_later() -> ! {
    loop {
        std::future::ready(()).await
    }
}

#[traced(span = here)]
fn one_expression() -> bool {
    here.traceparent().is_some()
}

#[traced]
fn unused_argument(#[redact] _secret: &str) -> Option<u8> {
    None
}

fn main() {
    let _: Option<fn() -> !> = Some(endless);
    drop(endless_later());
    let mut shop = Shop;
    assert!(shop.open().is_ok());
    drop(shop.total(1, 2));
    shop.close();
    let _ = (never(true), one_expression(), unused_argument(""));
}
