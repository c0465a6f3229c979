#![allow(unused)]

#[lumina::traced]
struct Shop;

fn main() {
    let _ = Shop;
}
