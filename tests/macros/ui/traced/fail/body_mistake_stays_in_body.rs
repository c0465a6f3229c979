#![allow(unused)]

#[lumina::traced(capture(a))]
async fn answer(a: u32) -> Result<u32, String> {
    let b: &str = a;
    Ok(a)
}

fn main() {
    let _ = answer(1);
}
