#![allow(unused)]

#[lumina::traced(level = 6)]
fn answer() {}

fn main() {
    answer();
}
