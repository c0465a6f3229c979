//! Nothing generated is reported: not an unused import, not a needless `mut`.
#![deny(warnings, unused_qualifications, unreachable_code)]

use lumina::prelude::*;

#[derive(Debug)]
pub struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[traced]
#[retry(max = 2)]
#[timeout(attempt = "1s", total = "10s")]
#[breaker]
#[limit(concurrency = 2, queue = 0)]
#[fallback(backup(&text), name = "b", level = "low", timeout = "1s")]
#[fallback(value = text.len())]
pub async fn call(mut text: String, _unused: u8, (mut n, _): (usize, u8)) -> Result<usize, Failed> {
    text.push('a');
    n += text.len();
    Ok(n)
}

fn backup(text: &str) -> usize {
    text.len()
}

fn main() {
    drop(call(String::new(), 0, (0, 0)));
}
