#![allow(unused)]

#[lumina::traced(ret(|value| total = *value))]
fn count() -> u32 {
    1
}

fn main() {
    count();
}
