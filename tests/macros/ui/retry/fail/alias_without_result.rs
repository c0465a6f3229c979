#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

type Answer = u32;

#[lumina::traced]
#[lumina::retry]
async fn call() -> Answer {
    1
}

fn main() {}
