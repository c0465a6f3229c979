#[lumina::cache(tll = "1h")]
fn ask(prompt: String) -> String {
    prompt
}

fn main() {}
