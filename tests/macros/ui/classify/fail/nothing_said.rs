#[derive(lumina::Classify)]
enum Failed {
    #[classify]
    Refused,
}

fn main() {}
