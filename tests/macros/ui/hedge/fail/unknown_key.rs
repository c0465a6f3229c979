#[lumina::traced]
#[lumina::hedge(afer = "2s")]
async fn call() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
