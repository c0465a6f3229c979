#![allow(unused)]

#[lumina::traced(ret(Debgu))]
fn count() -> u32 {
    1
}

fn main() {
    count();
}
