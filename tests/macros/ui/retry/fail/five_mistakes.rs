#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced(levl = "info")]
#[lumina::retry(max = 0, jitter = ful)]
#[lumina::timeout("10")]
#[lumina::fallback(value = 1)]
#[lumina::fallback(value = 2)]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {
    drop(call());
}
