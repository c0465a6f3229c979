#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

fn other(text: String) -> u32 {
    text.len() as u32
}

#[lumina::traced]
#[lumina::fallback(other)]
async fn call(n: u32) -> Result<u32, Failed> {
    Ok(n)
}

fn main() {}
