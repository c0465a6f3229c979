#[lumina::traced(err(Debug), ret(level = "trace"), target = "shop")]
async fn find(id: u32) -> Result<impl Display, Error> {
    load(id).await
}
