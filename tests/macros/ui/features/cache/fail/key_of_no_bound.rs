#[lumina::cache]
fn shown<T: std::fmt::Display>(value: T) -> String {
    value.to_string()
}

fn main() {}
