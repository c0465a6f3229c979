#![allow(unused)]

#[lumina::traced(capture(all))]
fn log_in(user: &str, access_token: String) {}

fn main() {
    log_in("ann", "secret".into());
}
