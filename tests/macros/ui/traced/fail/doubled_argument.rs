#![allow(unused)]

#[lumina::traced("first", level = "info", name = "second")]
fn answer() {}

fn main() {
    answer();
}
