#[derive(lumina::Classify)]
enum Failed {
    #[classify(retry_after = wiat)]
    Limited { wait: std::time::Duration },
}

fn main() {
    drop(Failed::Limited { wait: std::time::Duration::ZERO });
}
