struct Own;

#[lumina::traced]
#[lumina::retry(total = "60s")]
async fn call() -> Result<u32, Own> {
    Err(Own)
}

fn main() {}
