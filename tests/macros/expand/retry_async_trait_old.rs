#[lumina::traced]
#[retry]
#[fallback(value = self.name.clone())]
fn get<'a>(&'a self, key: String) -> Pin<Box<dyn Future<Output = Result<String, Error>> + Send + 'a>> {
    async fn __get(_self: &Store, key: String) -> Result<String, Error> {
        _self.load(key).await
    }
    Box::pin(__get(self, key))
}
