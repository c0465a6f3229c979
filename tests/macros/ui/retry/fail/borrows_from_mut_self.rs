#[derive(Debug)]
struct Failed;

impl From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

struct Buffer(String);

impl Buffer {
    #[lumina::traced]
    #[lumina::retry]
    async fn fill(&mut self) -> Result<&str, Failed> {
        Ok(&self.0)
    }
}

fn main() {}
