#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::limit(concurrency = 8, cost = 100)]
async fn call(prompt: &str) -> Result<u32, Failed> {
    Ok(u32::from(prompt.is_empty()))
}

fn main() {}
