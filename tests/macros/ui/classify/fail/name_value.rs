#[derive(lumina::Classify)]
enum Failed {
    #[classify = "permanent"]
    Refused,
}

fn main() {}
