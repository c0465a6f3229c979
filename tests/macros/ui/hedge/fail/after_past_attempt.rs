#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::hedge(after = "10s")]
#[lumina::timeout("10s")]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
