#![allow(unused)]

#[lumina::traced]
#[redact]
fn invite(email: &str) {}

fn main() {
    invite("ann@example.com");
}
