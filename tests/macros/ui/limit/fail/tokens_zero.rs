#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::limit(tokens_per_minute = 0, cost = 9)]
async fn call(prompt: &str) -> Result<u32, Failed> {
    Ok(u32::from(prompt.is_empty()))
}

fn main() {}
