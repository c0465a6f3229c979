use futures_core::Stream;
use std::pin::Pin;

#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced(stream)]
#[lumina::timeout(first = "3s")]
fn call(made: Pin<Box<dyn Stream<Item = u32>>>) -> impl Stream<Item = u32> {
    made
}

fn main() {}
