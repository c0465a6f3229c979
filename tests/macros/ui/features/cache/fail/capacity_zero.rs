#[lumina::cache(capacity = 0)]
fn ask(prompt: String) -> String {
    prompt
}

fn main() {}
