#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

struct Request;

impl Request {
    #[lumina::traced]
    #[lumina::retry]
    async fn send(self) -> Result<u32, Failed> {
        let _request = self;
        Ok(1)
    }
}

fn main() {}
