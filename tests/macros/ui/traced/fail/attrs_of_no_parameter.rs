#![allow(unused)]

#[lumina::traced(attrs(%usr.tier))]
fn log_in(user: &User) {}

struct User {
    tier: u8,
}

fn main() {
    log_in(&User { tier: 1 });
}
