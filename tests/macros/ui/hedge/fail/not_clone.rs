struct Prompt(String);

#[lumina::traced]
#[lumina::hedge(after = "2s")]
async fn call(prompt: Prompt) -> Result<String, String> {
    Ok(prompt.0)
}

fn main() {}
