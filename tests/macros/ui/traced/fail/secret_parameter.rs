#![allow(unused)]

#[lumina::traced(capture(user, password))]
fn log_in(user: &str, password: &str) {}

fn main() {
    log_in("ann", "secret");
}
