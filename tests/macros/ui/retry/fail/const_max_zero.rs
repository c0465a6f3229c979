#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

const NEVER: u32 = 0;

#[lumina::traced]
#[lumina::retry(max = NEVER)]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {
    drop(call());
}
