#[lumina::cache(key = text)]
fn first(text: &str) -> Result<&str, String> {
    text.lines().next().ok_or_else(|| "empty".to_owned())
}

fn main() {}
