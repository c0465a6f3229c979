struct Options {
    temperature: f32,
}

#[lumina::cache(key = (prompt, options.temperature))]
async fn ask(prompt: &str, options: Options) -> Result<String, String> {
    Ok(format!("{prompt} {}", options.temperature))
}

fn main() {}
