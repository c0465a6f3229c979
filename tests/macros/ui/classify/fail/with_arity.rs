#[derive(lumina::Classify)]
enum Failed {
    #[classify(with = kind)]
    Http { status: u16, body: String },
}

fn kind(status: &u16) -> lumina::ErrorKind {
    lumina::ErrorKind::from_status(*status)
}

fn main() {}
