#![allow(unused)]

#[lumina::traced(name = 3)]
fn answer() {}

fn main() {
    answer();
}
