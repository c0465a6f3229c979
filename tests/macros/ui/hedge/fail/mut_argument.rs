#[lumina::traced]
#[lumina::hedge(after = "2s")]
async fn call(log: &mut Vec<u32>) -> Result<u32, String> {
    log.push(1);
    Ok(1)
}

fn main() {}
