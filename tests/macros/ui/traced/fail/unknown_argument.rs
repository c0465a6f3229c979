#![allow(unused)]

#[lumina::traced(levle = "info")]
fn answer() {}

fn main() {
    answer();
}
