#[derive(lumina::Classify)]
enum Failed {
    #[classify(permanent, retry_after = "1s")]
    Refused,
}

fn main() {}
