#[lumina::traced(err)]
#[breaker(name = "provider", rate = 0.3, err = |_| Error::Down)]
#[limit(name = "provider", concurrency = 8, requests_per_minute = 600, tokens_per_minute = 90_000,
        cost = first.as_ref().len(), used = |vector| vector.len(), max_wait = "10s")]
#[timeout(total = "30s", err = Error::Late)]
async fn embed<T: AsRef<str>>((first, second): (T, T)) -> Result<Vec<f32>, Error> {
    model(first.as_ref(), second.as_ref()).await
}
