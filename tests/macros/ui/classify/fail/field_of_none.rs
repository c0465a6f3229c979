#[derive(lumina::Classify)]
enum Failed {
    #[classify(code = status)]
    Refused,
}

fn main() {}
