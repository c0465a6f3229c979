#[lumina::traced(llm, attrs(gen_ai.request.model = self.model))]
#[retry(max = 4, base = "200ms", jitter = equal, when = |error| error.is_temporary())]
#[timeout("10s")]
pub async fn ask(&self, mut prompt: String, trace: &str) -> Result<Answer, Error> {
    prompt.push('?');
    self.client.send(prompt, trace).await
}
