#[derive(lumina::Classify)]
enum Failed {
    #[classify(kind = rate_limit)]
    Limited,
}

fn main() {}
