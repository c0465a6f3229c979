#[lumina::traced(capture(all), skip(self))]
fn sign_in(
    &self,
    #[redact] password: &str,
    #[redact(pii)] email: &str,
    #[redact(with = last_four)] card: &str,
    (retries, _): (u8, u8),
) {
}
