#[lumina::cache(key)]
fn ask(prompt: String) -> String {
    prompt
}

fn main() {}
