#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::retry(total = "60s")]
#[lumina::timeout(total = "50s")]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
