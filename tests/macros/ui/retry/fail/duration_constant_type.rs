#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

const BASE: u64 = 500;

#[lumina::traced]
#[lumina::retry(base = BASE)]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
