#[derive(lumina::Classify)]
enum Failed {
    #[classify(with = is_temporary)]
    Http(u16),
}

fn is_temporary(status: &u16) -> bool {
    *status > 500
}

fn main() {}
