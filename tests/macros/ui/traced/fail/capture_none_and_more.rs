#![allow(unused)]

#[lumina::traced(capture(none, user))]
fn log_in(user: &str) {}

fn main() {
    log_in("ann");
}
