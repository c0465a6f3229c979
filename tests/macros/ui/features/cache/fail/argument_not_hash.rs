#[lumina::cache]
async fn ask(prompt: &str, temperature: f64) -> Result<String, String> {
    Ok(format!("{prompt} {temperature}"))
}

fn main() {}
