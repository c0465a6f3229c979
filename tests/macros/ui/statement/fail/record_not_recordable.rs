#![allow(unused)]

struct Order;

fn main() {
    let order = Order;
    lumina::record!(order);
}
