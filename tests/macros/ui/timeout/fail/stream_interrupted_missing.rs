use futures_core::Stream;
use std::pin::Pin;

#[lumina::traced(stream)]
#[lumina::timeout(idle = "30s")]
fn call(made: Pin<Box<dyn Stream<Item = Result<u32, String>>>>) -> impl Stream<Item = Result<u32, String>> {
    made
}

fn main() {}
