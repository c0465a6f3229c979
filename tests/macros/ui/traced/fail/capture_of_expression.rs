#![allow(unused)]

#[lumina::traced(capture(user.name))]
fn log_in(user: &User) {}

struct User {
    name: String,
}

fn main() {
    log_in(&User { name: "ann".into() });
}
