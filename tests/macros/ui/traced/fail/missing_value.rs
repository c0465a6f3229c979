#![allow(unused)]

#[lumina::traced(target, level = "info")]
fn answer() {}

fn main() {
    answer();
}
