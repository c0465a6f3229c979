#![allow(unused)]

#[lumina::traced(parent = None, parent = None)]
fn answer() {}

fn main() {
    answer();
}
