struct Own;

#[lumina::traced]
#[lumina::timeout("10s")]
async fn call() -> Result<u32, Own> {
    Err(Own)
}

fn main() {}
