//! Names of attributes whose values are secret whatever they look like.

/// Names that are secret as a whole or as the last words of a name.
const SECRET: &[&[&str]] = &[
    &["password"],
    &["passwd"],
    &["pwd"],
    &["passphrase"],
    &["passwort"],
    &["secret"],
    &["credential"],
    &["credentials"],
    &["apikey"],
    &["api", "key"],
    &["secret", "key"],
    &["access", "key"],
    &["private", "key"],
    &["signing", "key"],
    &["encryption", "key"],
    &["auth", "key"],
    &["master", "key"],
    &["account", "key"],
    &["authorization"],
    &["auth", "token"],
    &["access", "token"],
    &["refresh", "token"],
    &["id", "token"],
    &["bearer", "token"],
    &["session", "token"],
    &["api", "token"],
    &["csrf", "token"],
    &["cookie"],
    &["jwt"],
    &["set", "cookie"],
    &["client", "secret"],
    &["connection", "string"],
    &["token"],
    &["pin", "code"],
    &["cvv"],
    &["cvc"],
];

/// Whether a value under this name is to be dropped unseen.
///
/// The last words of the name decide, whatever joins them: `db.password`, `X-Api-Key`,
/// `clientSecret`. Names that speak about a secret do not count: `password_length`, `max_tokens`,
/// `next_page_token`.
///
/// ```
/// use lumina_redact::is_secret_key;
/// assert!(is_secret_key("http.request.header.x-api-key"));
/// assert!(is_secret_key("userPassword"));
/// assert!(!is_secret_key("gen_ai.usage.input_tokens"));
/// assert!(!is_secret_key("password_length"));
/// ```
pub fn is_secret_key(name: &str) -> bool {
    let mut rest = name.as_bytes();
    let mut tail: [&[u8]; 3] = [&[]; 3];
    for slot in &mut tail {
        (rest, *slot) = last_word(rest);
    }
    // A cursor is no credential.
    let harmless = [&b"page"[..], b"next", b"continuation", b"cancellation", b"cache"];
    if harmless.iter().any(|word| tail[1].eq_ignore_ascii_case(word)) {
        return false;
    }
    SECRET.iter().any(|words| {
        words.iter().rev().zip(&tail).all(|(word, part)| part.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// Splits the last word off: at a sign, or where an upper-case letter follows a lower-case one.
fn last_word(name: &[u8]) -> (&[u8], &[u8]) {
    let end = name.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |at| at + 1);
    let mut start = end;
    while start > 0 && name[start - 1].is_ascii_alphanumeric() {
        start -= 1;
        let camel =
            name[start].is_ascii_uppercase() && start > 0 && name[start - 1].is_ascii_lowercase();
        if camel {
            break;
        }
    }
    (&name[..start], &name[start..end])
}

#[cfg(test)]
mod tests {
    use super::is_secret_key;

    #[test]
    fn the_last_words_of_a_name_decide() {
        for name in
            ["password", "DB_PASSWORD", "apiKey", "x-api-key", "openai.api_key", "clientSecret"]
        {
            assert!(is_secret_key(name), "{name}");
        }
        for name in
            ["", "key", "public_key", "tokens", "token_count", "next_page_token", "secretary"]
        {
            assert!(!is_secret_key(name), "{name}");
        }
    }
}
