#![allow(unused)]

#[lumina::traced(level = "info" target = "qa")]
fn answer() {}

fn main() {
    answer();
}
