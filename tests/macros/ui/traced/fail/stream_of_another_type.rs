#![allow(unused)]

#[lumina::traced(stream)]
fn speak() -> Words {
    Words
}

struct Words;

fn main() {
    speak();
}
