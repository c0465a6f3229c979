#[derive(lumina::Classify)]
enum Failed {
    #[classify(transparent, with = std::io::Error::kind)]
    Io(std::io::Error),
}

fn main() {}
