#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::fallback(value = 1)]
fn call() -> u32 {
    1
}

fn main() {}
