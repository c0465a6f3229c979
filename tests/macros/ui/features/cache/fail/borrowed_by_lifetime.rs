use std::borrow::Cow;

#[lumina::cache]
fn trimmed<'a>(text: &'a str) -> Cow<'a, str> {
    Cow::Borrowed(text.trim())
}

fn main() {}
