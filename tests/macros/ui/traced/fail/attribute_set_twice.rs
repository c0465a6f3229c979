#![allow(unused)]

#[lumina::traced(capture(user), attrs(user = user.len()))]
fn log_in(user: &str) {}

fn main() {
    log_in("ann");
}
