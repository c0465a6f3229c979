#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

struct Prompt;

#[lumina::traced]
#[lumina::retry]
async fn call(prompt: Prompt) -> Result<u32, Failed> {
    let _prompt = prompt;
    Ok(1)
}

fn main() {}
