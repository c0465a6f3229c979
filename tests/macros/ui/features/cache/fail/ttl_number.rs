#[lumina::cache(ttl = 60)]
fn ask(prompt: String) -> String {
    prompt
}

fn main() {}
