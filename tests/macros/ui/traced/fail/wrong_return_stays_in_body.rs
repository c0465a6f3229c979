#![allow(unused)]

#[lumina::traced]
fn answer(a: u32) -> Result<u32, String> {
    a
}

fn main() {
    let _ = answer(1);
}
