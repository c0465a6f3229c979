//! What the server is told to do: faults, latency, key, models.
//!
//! Plain values and their checks; what a fault does to a connection belongs to
//! [`respond`](super::respond), and which request it hits to [`dice`](super::dice).

use std::{collections::BTreeMap, fmt, ops::Range, time::Duration};

use super::ProviderError;

/// The key a [`Behaviour`] starts with. It opens a server on a loopback address, nothing else.
const DEFAULT_API_KEY: &str = "sk-mock-local";

/// The models a [`Behaviour`] starts with: names that a real provider knows too.
const DEFAULT_MODELS: [&str; 7] = [
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-5-mini",
    "text-embedding-3-large",
    "text-embedding-3-small",
];

/// Everything that can be said about a server before it starts.
///
/// The default has no faults and no latency.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lumina_support::provider::{Behaviour, Fault, Faults};
///
/// // A third of the requests is refused at random, the same ones in each run; the first one
/// // hangs for certain, and one model is down.
/// let behaviour = Behaviour::default()
///     .faults(Faults { seed: 7, rate_limited: 0.33, ..Faults::default() })
///     .script([Fault::Hang])
///     .model_fault("gpt-4o", Fault::ServerError { status: 503 });
/// # let _ = behaviour;
/// ```
#[derive(Clone)]
pub struct Behaviour {
    pub(super) api_key: String,
    pub(super) models: Vec<String>,
    pub(super) faults: Faults,
    pub(super) script: Vec<Fault>,
    pub(super) model_faults: BTreeMap<String, Fault>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            api_key: DEFAULT_API_KEY.to_owned(),
            models: DEFAULT_MODELS.map(str::to_owned).to_vec(),
            faults: Faults::default(),
            script: Vec::new(),
            model_faults: BTreeMap::new(),
        }
    }
}

// By hand: a key is never shown.
impl fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behaviour")
            .field("models", &self.models)
            .field("faults", &self.faults)
            .field("script", &self.script)
            .field("model_faults", &self.model_faults)
            .finish_non_exhaustive()
    }
}

impl Behaviour {
    /// Sets the random faults and the latency.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Adds faults for the next requests, one each, in order.
    pub fn script(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.script.extend(faults);
        self
    }

    /// Makes every request to `model` fail in this way; it takes nothing from the script.
    pub fn model_fault(mut self, model: impl Into<String>, fault: Fault) -> Self {
        self.model_faults.insert(model.into(), fault);
        self
    }

    /// Sets the bearer key that clients must send.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = key.into();
        self
    }

    /// Sets the models that exist; a request to any other is answered 404.
    pub fn models(mut self, models: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.models = models.into_iter().map(Into::into).collect();
        self
    }

    pub(super) fn check(&self) -> Result<(), ProviderError> {
        self.faults.check()?;
        self.script.iter().chain(self.model_faults.values()).try_for_each(Fault::check)
    }
}

/// Random faults and latency, the same in every run with the same `seed`.
///
/// Each rate is the share of requests hit, from 0 to 1; together they are at most 1. What
/// happens to a request depends on the seed, on its body and on how often that body was seen,
/// not on the order in which parallel requests arrive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// Where chance starts.
    pub seed: u64,
    /// How long answers take.
    pub latency: Latency,
    /// The share answered 429.
    pub rate_limited: f64,
    /// What such an answer asks the client to wait; sent in whole seconds, rounded up, as
    /// `Retry-After`, and exactly as `retry-after-ms`.
    pub retry_after: Duration,
    /// The share answered 500.
    pub server_errors: f64,
    /// The share never answered.
    pub hangs: f64,
    /// The share cut off half way. Only streamed answers are; others are whole.
    pub truncated_streams: f64,
}

impl Faults {
    fn check(&self) -> Result<(), ProviderError> {
        let rates = [
            ("rate_limited", self.rate_limited),
            ("server_errors", self.server_errors),
            ("hangs", self.hangs),
            ("truncated_streams", self.truncated_streams),
        ];
        for (name, value) in rates {
            if !(0.0..=1.0).contains(&value) {
                return Err(ProviderError::Rate { name, value });
            }
        }
        let total = rates.iter().map(|(_, rate)| rate).sum();
        // OK to be a little above: ten times 0.1 is not 1 in binary.
        if total > 1.0 + 1e-9 {
            return Err(ProviderError::Rates { total });
        }
        Ok(())
    }
}

/// How long answers take, drawn for each request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Latency {
    /// The time before the first byte of an answer. An empty range means its start.
    pub first_token: Range<Duration>,
    /// The time for each token of an answer; a whole answer waits for the sum.
    pub per_token: Duration,
}

impl Latency {
    /// A quick hosted model: 120 to 280 ms to the first token, then 4 ms a token.
    pub fn hosted() -> Self {
        let first_token = Duration::from_millis(120)..Duration::from_millis(280);
        Self { first_token, per_token: Duration::from_millis(4) }
    }
}

/// What happens to one request instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing: the request is answered, whatever chance has for it.
    Answer,
    /// 429 `rate_limit_exceeded`, with `Retry-After` and `retry-after-ms` if there is a wait.
    RateLimited {
        /// What the client is asked to wait.
        retry_after: Option<Duration>,
    },
    /// 429 `insufficient_quota`: waiting does not help.
    QuotaExceeded,
    /// An error of the server itself.
    ServerError {
        /// From 500 to 599.
        status: u16,
    },
    /// 400 `context_length_exceeded`: the same request always fails.
    ContextLengthExceeded,
    /// 200 with a body that is not JSON, or an event that is not.
    Garbage,
    /// No byte is ever sent; the connection stays open until the client or the server leaves.
    Hang,
    /// The connection is closed in the midst of the answer.
    Truncated {
        /// Tokens sent before. An answer that is not streamed is cut half way instead.
        after_tokens: usize,
    },
    /// A streamed answer stops, and the connection stays open. Not streamed, it is a [`Hang`](Self::Hang).
    Stalled {
        /// Tokens sent before.
        after_tokens: usize,
    },
}

impl Fault {
    pub(super) fn check(&self) -> Result<(), ProviderError> {
        match self {
            Self::ServerError { status } if !(500..=599).contains(status) => {
                Err(ProviderError::Status { status: *status })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(faults: Faults) -> String {
        Behaviour::default().faults(faults).check().unwrap_err().to_string()
    }

    #[test]
    fn a_rate_outside_zero_to_one_is_named_with_its_value() {
        let below = checked(Faults { hangs: -0.1, ..Faults::default() });
        assert_eq!(below, "fault rate `hangs` is -0.1; accepted: 0 to 1");
        let nan = checked(Faults { server_errors: f64::NAN, ..Faults::default() });
        assert_eq!(nan, "fault rate `server_errors` is NaN; accepted: 0 to 1");
    }

    #[test]
    fn rates_may_sum_up_to_one_and_no_further() {
        let faults =
            Faults { rate_limited: 0.7, server_errors: 0.1, hangs: 0.2, ..Faults::default() };
        assert!(Behaviour::default().faults(faults.clone()).check().is_ok());
        let more = checked(Faults { truncated_streams: 0.5, ..faults });
        assert_eq!(more, "fault rates sum up to 1.5; accepted: at most 1");
    }

    #[test]
    fn a_server_error_has_a_status_of_a_server_error() {
        let script = Behaviour::default().script([Fault::ServerError { status: 404 }]);
        assert_eq!(
            script.check().unwrap_err().to_string(),
            "status 404 is not a server error; accepted: 500 to 599"
        );
    }

    #[test]
    fn the_key_is_not_shown() {
        let shown = format!("{:?}", Behaviour::default().api_key("sk-secret"));
        assert!(!shown.contains("sk-"), "{shown}");
    }
}
