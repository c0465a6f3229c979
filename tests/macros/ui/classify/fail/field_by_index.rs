#[derive(lumina::Classify)]
enum Failed {
    #[classify(retry_after = 0)]
    Limited(std::time::Duration),
}

fn main() {}
