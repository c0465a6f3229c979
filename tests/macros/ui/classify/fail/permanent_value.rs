#[derive(lumina::Classify)]
enum Failed {
    #[classify(permanent = true)]
    Refused,
}

fn main() {}
