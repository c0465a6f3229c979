#[lumina::cache]
fn log(text: String) {
    drop(text);
}

fn main() {}
