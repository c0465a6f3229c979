#![allow(unused)]

#[lumina::traced(stream, ok(|words| count = words.len()))]
fn speak() -> std::pin::Pin<Box<Vec<String>>> {
    Box::pin(Vec::new())
}

fn main() {
    speak();
}
