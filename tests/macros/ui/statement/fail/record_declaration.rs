#![allow(unused)]

fn main() {
    lumina::record!(cache.hit = _);
}
