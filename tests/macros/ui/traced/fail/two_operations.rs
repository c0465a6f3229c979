#![allow(unused)]

#[lumina::traced(llm, tool)]
fn answer() {}

fn main() {
    answer();
}
