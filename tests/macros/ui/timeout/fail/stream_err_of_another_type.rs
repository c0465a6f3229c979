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
#[lumina::timeout(idle = "30s", err = 5)]
fn call(made: Pin<Box<dyn Stream<Item = Result<u32, Failed>>>>) -> impl Stream<Item = Result<u32, Failed>> {
    made
}

fn main() {}
