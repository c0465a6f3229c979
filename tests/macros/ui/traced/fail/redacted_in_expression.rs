#![allow(unused)]

#[lumina::traced(attrs(mail = format!("to {email}")))]
fn invite(#[redact(pii)] email: &str) {}

fn main() {
    invite("ann@example.com");
}
