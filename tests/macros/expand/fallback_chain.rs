#[lumina::traced]
#[lumina::retry]
#[fallback(secondary, timeout = "2s")]
#[fallback(cached(&question, error), name = "cache", when = Error::is_outage)]
#[fallback(value = Answer::unknown(question), level = "emergency")]
async fn answer(question: String, budget: &mut Budget) -> Result<Answer, Error> {
    primary(question, budget).await
}
