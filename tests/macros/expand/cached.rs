#[lumina::traced]
#[cache(ttl = "1h")]
async fn embed(text: &str, mut model: Model) -> Result<Vector, Error> {
    model.warm();
    model.embed(text).await
}
