#[lumina::traced(stream)]
#[lumina::hedge(after = "2s")]
async fn call() -> Result<impl Iterator<Item = u32>, String> {
    Ok(std::iter::once(1))
}

fn main() {
    drop(call());
}
