#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

fn is_late(_: &String) -> bool {
    true
}

#[lumina::traced]
#[lumina::retry(when = is_late)]
async fn call() -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}
