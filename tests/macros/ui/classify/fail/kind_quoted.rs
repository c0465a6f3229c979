#[derive(lumina::Classify)]
enum Failed {
    #[classify(kind = "timeout")]
    Late,
}

fn main() {}
