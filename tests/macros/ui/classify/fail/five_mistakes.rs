#[derive(lumina::Classify)]
#[classify(transparent)]
enum Failed {
    #[classify(kind = timeuot, permanent, retry_after = wait)]
    Late { wait: std::time::Duration },
    #[classify(cod = "1")]
    Refused,
    #[classify(with)]
    Other(u8),
}

// The implementation is there all the same: no second error follows.
fn needs<E: lumina::Classify>() {}

fn main() {
    needs::<Failed>();
}
