#[derive(lumina::Classify)]
enum Failed {
    #[classify(transparent)]
    Both(std::io::Error, std::io::Error),
}

fn main() {}
