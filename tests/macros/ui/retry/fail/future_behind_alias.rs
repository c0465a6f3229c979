type Boxed = std::pin::Pin<Box<dyn Future<Output = Result<u32, String>>>>;

#[lumina::traced]
#[lumina::retry]
fn call() -> Boxed {
    Box::pin(async { Ok(1) })
}

fn main() {
    drop(call());
}
