#[derive(lumina::Classify)]
enum Failed {
    #[classify(crate = lumina)]
    Refused,
}

fn main() {}
