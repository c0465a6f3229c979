#[derive(lumina::Classify)]
#[classify(transparent)]
enum Failed {
    Io(std::io::Error),
}

fn main() {}
