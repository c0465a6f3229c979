#![allow(unused)]

#[lumina::traced(capture(all))]
fn place(count: u32, order: Order) {}

struct Order;

fn main() {
    place(1, Order);
}
