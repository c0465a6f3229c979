#[derive(lumina::Classify)]
enum Failed {
    #[classify(permanant)]
    Refused,
}

fn main() {}
