#[lumina::traced]
#[lumina::hedge]
async fn call() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
