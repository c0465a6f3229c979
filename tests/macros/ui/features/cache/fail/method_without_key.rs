struct Client;

impl Client {
    #[lumina::cache(ttl = "1h")]
    async fn ask(&self, prompt: String) -> Result<String, String> {
        Ok(prompt)
    }
}

fn main() {}
