#[lumina::traced(llm, stream)]
#[timeout(first = "3s", idle = "5s", err = Error::Late)]
async fn tokens(&self, prompt: &str) -> Result<impl Stream<Item = Result<Token, Error>>, Error> {
    self.client.stream(prompt).await
}
