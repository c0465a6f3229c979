struct Answer;

#[lumina::cache]
async fn ask(prompt: String) -> Result<Answer, String> {
    drop(prompt);
    Ok(Answer)
}

fn main() {}
