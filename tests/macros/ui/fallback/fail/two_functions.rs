#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

fn other(n: u32) -> u32 {
    n
}

#[lumina::traced]
#[lumina::fallback(other, other)]
async fn call(n: u32) -> Result<u32, Failed> {
    Ok(n)
}

fn main() {}
