#[lumina::traced(skip(self), attrs(%self.name))]
fn get<'a>(&'a self, #[redact] key: String) -> Pin<Box<dyn Future<Output = Result<String, Error>> + Send + 'a>> {
    #[allow(clippy::used_underscore_binding)]
    async fn __get(_self: &Store, key: String) -> Result<String, Error> {
        _self.load(key).await
    }
    Box::pin(__get(self, key))
}
