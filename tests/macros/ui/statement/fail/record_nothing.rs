#![allow(unused)]

fn main() {
    lumina::record!();
}
