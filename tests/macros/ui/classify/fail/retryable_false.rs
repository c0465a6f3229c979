#[derive(lumina::Classify)]
enum Failed {
    #[classify(retryable = false)]
    Refused,
}

fn main() {}
