#![allow(unused)]

#[lumina::traced(capture(raw(email)))]
fn invite(#[redact(pii)] email: &str) {}

fn main() {
    invite("ann@example.com");
}
