#[lumina::traced(hedge(after = "2s"))]
#[lumina::hedge(after = "3s")]
async fn call() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
