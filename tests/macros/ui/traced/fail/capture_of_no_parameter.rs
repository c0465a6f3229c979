#![allow(unused)]

#[lumina::traced(capture(usr))]
fn log_in(user: &str) {}

fn main() {
    log_in("ann");
}
