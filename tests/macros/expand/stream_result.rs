#[lumina::traced(llm, stream)]
async fn tokens(&self, prompt: &str) -> Result<impl Stream<Item = Result<Token, Error>>, Error> {
    self.client.stream(prompt).await
}
