struct Client(u32);

impl Client {
    #[lumina::traced]
    #[lumina::hedge(after = "2s")]
    async fn call(&mut self) -> Result<u32, String> {
        Ok(self.0)
    }
}

fn main() {}
