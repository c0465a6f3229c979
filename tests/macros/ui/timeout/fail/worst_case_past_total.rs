#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::retry(max = 3)]
#[lumina::timeout(attempt = "10s", total = "20s")]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
