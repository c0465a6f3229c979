#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::retry(max = 2, backoff = fixed, base = "1s", total = "25s")]
#[lumina::hedge(after = "2s", max = 3)]
#[lumina::timeout("10s")]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
