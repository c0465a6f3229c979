#![allow(unused)]

#[lumina::traced(level = "inof")]
fn answer() {}

fn main() {
    answer();
}
