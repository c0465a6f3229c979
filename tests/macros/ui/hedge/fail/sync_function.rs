#[lumina::traced]
#[lumina::hedge(after = "2s")]
fn call() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
