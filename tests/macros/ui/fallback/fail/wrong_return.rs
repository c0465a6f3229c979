#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

fn other(n: u32) -> String {
    n.to_string()
}

#[lumina::traced]
#[lumina::fallback(other)]
async fn call(n: u32) -> Result<u32, Failed> {
    Ok(n)
}

fn main() {}
