#[derive(lumina::Classify)]
enum Failed {
    #[classify(retry_after = "30")]
    Limited,
}

fn main() {}
