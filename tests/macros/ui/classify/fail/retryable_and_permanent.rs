#[derive(lumina::Classify)]
enum Failed {
    #[classify(retryable, permanent)]
    Refused,
}

fn main() {}
