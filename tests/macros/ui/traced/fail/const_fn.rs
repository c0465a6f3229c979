#![allow(unused)]

#[lumina::traced]
const fn count() -> u32 {
    1
}

const ONE: u32 = count();

fn main() {
    let _ = ONE;
}
