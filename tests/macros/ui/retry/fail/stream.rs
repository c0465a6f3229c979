#[lumina::traced(stream)]
#[lumina::retry]
async fn call() -> Result<impl Iterator<Item = u32>, String> {
    Ok(std::iter::once(1))
}

fn main() {
    drop(call());
}
