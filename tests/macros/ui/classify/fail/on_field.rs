#[derive(lumina::Classify)]
enum Failed {
    Limited(#[classify(retry_after)] std::time::Duration),
}

fn main() {}
