#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

struct Prompt;

fn other(_: Prompt) -> u32 {
    1
}

#[lumina::traced]
#[lumina::fallback(other)]
async fn call(prompt: Prompt) -> Result<u32, Failed> {
    let _prompt = prompt;
    Ok(1)
}

fn main() {}
