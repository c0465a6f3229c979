//! Statements in every position, without a warning.
#![deny(warnings, unused, future_incompatible, rust_2018_idioms)]

use lumina::{event, record, span};

fn statements(key: &str) -> Result<usize, std::num::ParseIntError> {
    record!(key);
    event!("seen", key, size = key.len());
    span!("nothing"; {});
    let number: usize = span!("parse", %key; key.parse()?);
    let sum = span!("sum"; [number, 1].iter().sum::<usize>());
    for n in 0..sum {
        span!("loop", n; {
            if n > 3 {
                break;
            }
            record!(n)
        });
    }
    match sum {
        0 => record!(empty = true),
        _ => event!("full"),
    }
    span!("last"; Ok(sum))
}

async fn waits() -> u8 {
    span!("waits"; std::future::ready(1).await)
}

fn main() {
    assert_eq!(statements("1").ok(), Some(2));
    drop(waits());
}
