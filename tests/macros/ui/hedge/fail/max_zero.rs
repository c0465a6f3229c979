#[lumina::traced]
#[lumina::hedge(after = "2s", max = 0)]
async fn call() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
