#![allow(unused)]

fn main() {
    let api_key = "secret";
    lumina::record!(api_key);
}
