#![allow(unused)]

#[lumina::traced(capture(email))]
fn invite(#[redact(hash)] email: &str) {}

fn main() {
    invite("ann@example.com");
}
