const ONCE: u32 = 1;

#[lumina::traced]
#[lumina::hedge(after = "2s", max = ONCE)]
async fn call() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
