#[lumina::traced(capture(url))]
fn fetch(&self, url: &str) -> impl Future<Output = Result<Page, Error>> + Send {
    let request = self.client.get(url);
    async move { request.send().await }
}
