#![allow(unused)]

#[lumina::traced(err(|e| code = e.code()))]
fn count() -> u32 {
    1
}

fn main() {
    count();
}
