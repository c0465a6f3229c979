#![allow(unused)]

#[lumina::traced(boxed)]
fn count() -> u32 {
    1
}

fn main() {
    count();
}
