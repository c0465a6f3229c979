#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced(stream)]
#[lumina::timeout(idle = "30s", total = "20s")]
async fn call() -> Result<impl Iterator<Item = u32>, Failed> {
    Ok(std::iter::once(1))
}

fn main() {
    drop(call());
}
