#![allow(unused)]

#[lumina::traced(attrs("order.id"))]
fn order() {}

fn main() {
    order();
}
