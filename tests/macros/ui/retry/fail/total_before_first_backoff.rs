#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::retry(base = "10s", total = "5s")]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
