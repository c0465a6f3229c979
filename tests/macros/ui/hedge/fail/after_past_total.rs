#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::hedge(after = "40s")]
#[lumina::timeout(total = "30s")]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
