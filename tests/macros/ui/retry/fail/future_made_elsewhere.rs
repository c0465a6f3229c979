#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::retry]
fn call() -> impl Future<Output = Result<u32, Failed>> {
    std::future::ready(Ok(1))
}

fn main() {}
