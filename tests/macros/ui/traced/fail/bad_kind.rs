#![allow(unused)]

#[lumina::traced(kind = cilent)]
fn answer() {}

fn main() {
    answer();
}
