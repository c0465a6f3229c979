struct Own;

#[lumina::traced]
#[lumina::limit(requests_per_minute = 10)]
async fn call() -> Result<u32, Own> {
    Err(Own)
}

fn main() {}
