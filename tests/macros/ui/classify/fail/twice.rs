#[derive(lumina::Classify)]
enum Failed {
    #[classify(kind = timeout)]
    #[classify(kind = server)]
    Refused,
}

fn main() {}
