#[lumina::traced(err)]
#[breaker(name = "provider", rate = 0.3)]
#[limit(concurrency = 8, requests_per_minute = 600)]
#[timeout(total = "30s", err = Error::Late)]
async fn embed<T: AsRef<str>>((first, second): (T, T)) -> Result<Vec<f32>, Error> {
    model(first.as_ref(), second.as_ref()).await
}
