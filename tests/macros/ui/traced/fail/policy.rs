#![allow(unused)]

#[lumina::traced(retry(max = 3))]
fn answer() {}

fn main() {
    answer();
}
