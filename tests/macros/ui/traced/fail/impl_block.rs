#![allow(unused)]

struct Shop;

#[lumina::traced]
impl Shop {
    fn open(&self) {}
}

fn main() {
    Shop.open();
}
