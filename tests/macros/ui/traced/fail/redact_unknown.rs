#![allow(unused)]

#[lumina::traced(capture(email))]
fn invite(#[redact(pi)] email: &str) {}

fn main() {
    invite("ann@example.com");
}
