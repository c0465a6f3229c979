#![allow(unused)]

fn main() {
    lumina::event!(hit = true);
}
