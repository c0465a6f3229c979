#[lumina::traced]
#[retry(max = 3)]
#[timeout("10s")]
const fn call() -> Result<u32, ()> {
    Ok(1)
}

fn main() {}
