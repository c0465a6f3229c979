//! Which provider an example talks to: the one the environment names, or the mock.

use std::{env, fmt};

use super::{Behaviour, MockProvider, ProviderError};

/// A provider's address and key, and the mock behind them if it is one.
///
/// # Examples
///
/// With the client of `async-openai`:
///
/// ```no_run
/// use async_openai::{Client, config::OpenAIConfig};
/// use lumina_support::provider::{Behaviour, Endpoint};
///
/// let endpoint = Endpoint::from_env(Behaviour::default())?;
/// let config = OpenAIConfig::new()
///     .with_api_base(endpoint.base_url())
///     .with_api_key(endpoint.api_key());
/// let client = Client::with_config(config);
/// # Ok::<(), lumina_support::provider::ProviderError>(())
/// ```
pub struct Endpoint {
    base_url: String,
    api_key: String,
    mock: Option<MockProvider>,
}

impl Endpoint {
    /// Takes `OPENAI_BASE_URL` and `OPENAI_API_KEY`, or starts a mock if there is no such URL.
    ///
    /// A key alone does not choose a real provider: a key that happens to be set must not spend
    /// money. A variable that is empty counts as not set. [`install_tls`] is called as well.
    ///
    /// # Errors
    ///
    /// If the URL is set and the key is not, or if the mock does not
    /// [start](MockProvider::start).
    pub fn from_env(behaviour: Behaviour) -> Result<Self, ProviderError> {
        install_tls();
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self::choose(set("OPENAI_BASE_URL"), set("OPENAI_API_KEY"), behaviour)
    }

    fn choose(
        base_url: Option<String>,
        api_key: Option<String>,
        behaviour: Behaviour,
    ) -> Result<Self, ProviderError> {
        if let Some(base_url) = base_url {
            let api_key = api_key.ok_or(ProviderError::NoKey)?;
            // Clients append their paths, which begin with a slash.
            let base_url = base_url.trim_end_matches('/').to_owned();
            return Ok(Self { base_url, api_key, mock: None });
        }
        MockProvider::start(behaviour).map(Self::of_mock)
    }

    /// The endpoint of a mock, whatever the environment names: for tests. [`install_tls`] is called
    /// as well.
    pub fn of_mock(mock: MockProvider) -> Self {
        install_tls();
        let (base_url, api_key) = (mock.base_url().to_owned(), mock.api_key().to_owned());
        Self { base_url, api_key, mock: Some(mock) }
    }

    /// Returns the address that paths such as `/chat/completions` are appended to.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns the bearer key.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Returns the mock, if this is one.
    pub fn mock(&self) -> Option<&MockProvider> {
        self.mock.as_ref()
    }
}

// By hand: a key is never shown, and a URL may hold one too.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("mock", &self.mock).finish_non_exhaustive()
    }
}

/// Chooses ring as the cryptography of TLS clients in this process.
///
/// `reqwest`, below `async-openai`, brings none with its feature `rustls-no-provider`, and
/// panics without, even for plain HTTP. Its feature `rustls` brings aws-lc instead, which takes
/// more than a minute to compile. A choice made before stays.
pub fn install_tls() {
    // OK to ignore: the error says that there is a choice already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(url: Option<&str>, key: Option<&str>) -> Result<Endpoint, ProviderError> {
        let owned = |value: Option<&str>| value.map(str::to_owned);
        Endpoint::choose(owned(url), owned(key), Behaviour::default())
    }

    #[test]
    fn a_url_and_a_key_choose_a_real_provider() {
        let endpoint = chosen(Some("https://models.example/v1/"), Some("sk-real")).unwrap();
        assert_eq!(endpoint.base_url(), "https://models.example/v1");
        assert_eq!(endpoint.api_key(), "sk-real");
        assert!(endpoint.mock().is_none());
        assert!(!format!("{endpoint:?}").contains("sk-real"));
    }

    #[test]
    fn without_a_url_the_mock_starts_whether_there_is_a_key_or_not() {
        for key in [None, Some("sk-real")] {
            let endpoint = chosen(None, key).unwrap();
            let mock = endpoint.mock().unwrap();
            assert_eq!(endpoint.base_url(), mock.base_url());
            assert_eq!(endpoint.api_key(), mock.api_key());
            assert_ne!(endpoint.api_key(), "sk-real");
        }
    }

    #[test]
    fn a_url_without_a_key_is_an_error() {
        let error = chosen(Some("https://models.example/v1"), None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`OPENAI_BASE_URL` is set and `OPENAI_API_KEY` is not; set both, or neither for the mock"
        );
    }
}
