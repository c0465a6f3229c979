#![allow(unused)]

#[lumina::traced(ok(count = 1))]
fn count() -> u32 {
    1
}

fn main() {
    count();
}
