#![allow(unused)]

fn main() {
    lumina::span!("load", size = 1);
}
