#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[tokio::main(flavor = "current_thread")]
#[lumina::traced]
#[lumina::timeout("10s")]
async fn main() -> Result<(), Failed> {
    Ok(())
}
