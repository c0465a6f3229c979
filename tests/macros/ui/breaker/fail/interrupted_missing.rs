struct Own;

#[lumina::traced]
#[lumina::breaker(rate = 0.5)]
async fn call() -> Result<u32, Own> {
    Err(Own)
}

fn main() {}
