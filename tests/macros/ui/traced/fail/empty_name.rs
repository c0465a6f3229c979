#![allow(unused)]

#[lumina::traced("")]
fn answer() {}

fn main() {
    answer();
}
