#[lumina::traced]
#[cache(key = (self.id, prompt.trim()), capacity = 10_000, single_flight)]
#[fallback(value = Answer::canned())]
fn ask(&self, prompt: &str) -> Result<Answer, Error> {
    self.client.send(prompt)
}
