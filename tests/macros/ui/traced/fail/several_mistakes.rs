#![allow(unused)]

#[lumina::traced(levle = "info", skip(quesion), kind = clint, attrs(a = 1, a = 2))]
fn answer(question: &str) {}

fn main() {
    answer("why?");
}
