#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::fallback(value = 1, lvl = "low")]
async fn call(n: u32) -> Result<u32, Failed> {
    Ok(n)
}

fn main() {}
