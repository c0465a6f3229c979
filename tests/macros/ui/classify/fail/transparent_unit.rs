#[derive(lumina::Classify)]
enum Failed {
    #[classify(transparent)]
    Refused,
}

fn main() {}
