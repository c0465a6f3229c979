#[lumina::traced(llm, attrs(gen_ai.request.model = self.model), ok(|answer| usage.output_tokens = answer.tokens))]
pub async fn ask<'a>(&'a self, mut prompt: &'a str) -> Result<Answer, Error> {
    prompt = prompt.trim();
    self.client.send(prompt).await
}
