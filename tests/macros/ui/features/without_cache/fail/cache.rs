#[lumina::traced]
#[lumina::cache(key = prompt, ttl = "1h")]
async fn ask(prompt: String) -> Result<String, String> {
    Ok(prompt)
}

fn main() {
    drop(ask(String::new()));
}
