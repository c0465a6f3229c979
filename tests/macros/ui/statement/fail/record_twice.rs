#![allow(unused)]

fn main() {
    lumina::record!(a = 1, a = 2);
}
