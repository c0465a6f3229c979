#![allow(unused)]

#[lumina::traced(capture(user), skip(user))]
fn log_in(user: &str) {}

fn main() {
    log_in("ann");
}
