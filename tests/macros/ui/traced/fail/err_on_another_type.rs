#![allow(unused)]

#[lumina::traced(err(|error| code = error.code()))]
fn count() -> Count {
    Count
}

struct Count;

fn main() {
    count();
}
