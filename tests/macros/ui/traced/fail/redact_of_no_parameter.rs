#![allow(unused)]

#[lumina::traced]
fn invite(#[redact] _: &str) {}

fn main() {
    invite("ann@example.com");
}
