#![allow(unused)]

#[lumina::traced(capture(all), skip(pasword))]
fn log_in(user: &str, password: &str) {}

fn main() {
    log_in("ann", "secret");
}
