#![allow(unused)]

#[lumina::traced(capture(order))]
fn place(order: Order) {}

struct Order;

fn main() {
    place(Order);
}
