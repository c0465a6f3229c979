#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

fn other(pair: (u32, u32)) -> u32 {
    pair.0
}

#[lumina::traced]
#[lumina::fallback(other)]
async fn call((n, _): (u32, u32)) -> Result<u32, Failed> {
    Ok(n)
}

fn main() {}
