#[lumina::traced(cache(ttl = "1h"))]
#[lumina::cache(ttl = "2h")]
fn ask(prompt: String) -> String {
    prompt
}

fn main() {}
