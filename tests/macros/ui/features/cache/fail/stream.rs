#[lumina::traced(stream)]
#[lumina::cache]
async fn call(to: u32) -> std::pin::Pin<Box<dyn Iterator<Item = u32>>> {
    Box::pin(0..to)
}

fn main() {
    drop(call(1));
}
