struct Silent;

#[derive(lumina::Classify)]
enum Failed {
    #[classify(transparent)]
    Inner(Silent),
}

fn main() {}
