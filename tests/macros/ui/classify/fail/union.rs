#[derive(lumina::Classify)]
union Failed {
    code: u32,
}

fn main() {}
