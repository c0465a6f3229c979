#[lumina::cache(key = promt)]
fn ask(prompt: String) -> String {
    prompt
}

fn main() {}
