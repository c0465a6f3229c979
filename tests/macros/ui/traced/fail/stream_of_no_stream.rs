#![allow(unused)]

#[lumina::traced(stream)]
fn count() -> u32 {
    1
}

fn main() {
    count();
}
