#![allow(unused)]

#[lumina::traced(err)]
async fn count() -> Option<u32> {
    None
}

fn main() {
    let _ = count();
}
