#[derive(lumina::Classify)]
#[classify(kind = name, retry_after = seconds, code = rate)]
struct Failed {
    name: String,
    seconds: u64,
    rate: f64,
}

fn main() {}
