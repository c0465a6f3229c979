#![allow(unused)]

#[lumina::traced(capture(all), skip(user), skip_all)]
fn log_in(user: &str) {}

fn main() {
    log_in("ann");
}
