//! What the server has seen: numbers that tests compare and wait for.

use std::collections::BTreeMap;

use tokio::sync::watch;

/// Models counted by name; requests to further ones are counted in the totals only.
const MAX_MODELS: usize = 64;

/// How many requests came, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requests {
    /// All requests with a complete head, to whatever path.
    pub total: u64,
    /// Requests for a chat completion that were well-formed.
    pub chat: u64,
    /// Requests for embeddings that were well-formed.
    pub embeddings: u64,
    /// Requests without the right key.
    pub unauthorized: u64,
    /// Requests answered 4xx for what they were: wrong path, body, parameter or model.
    pub rejected: u64,
    /// Requests answered 429.
    pub rate_limited: u64,
    /// Requests answered 5xx.
    pub server_errors: u64,
    /// Requests left without an answer, or with half a one on an open connection.
    pub hung: u64,
    /// Answers cut off in the midst.
    pub truncated: u64,
    /// Answers sent in full, up to the last byte handed to the connection.
    pub answered: u64,
    /// Requests whose client left before its answer was complete.
    pub abandoned: u64,
    /// Well-formed requests by model, the first 64 models.
    pub by_model: BTreeMap<String, u64>,
}

impl Requests {
    /// Returns the number of well-formed requests to `model`.
    pub fn to_model(&self, model: &str) -> u64 {
        self.by_model.get(model).copied().unwrap_or_default()
    }

    pub(super) fn count_model(&mut self, model: &str) {
        if let Some(count) = self.by_model.get_mut(model) {
            *count += 1;
        } else if self.by_model.len() < MAX_MODELS {
            self.by_model.insert(model.to_owned(), 1);
        }
    }
}

/// The counters of a running server; every change wakes those who wait.
pub(super) struct Counters(watch::Sender<Requests>);

impl Counters {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Requests::default()))
    }

    pub(super) fn count(&self, change: impl FnOnce(&mut Requests)) {
        self.0.send_modify(change);
    }

    pub(super) fn snapshot(&self) -> Requests {
        self.0.borrow().clone()
    }

    pub(super) fn watch(&self) -> watch::Receiver<Requests> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_counted_by_name_up_to_a_bound() {
        let mut requests = Requests::default();
        for n in 0..100 {
            requests.count_model(&format!("m{n}"));
        }
        requests.count_model("m0");
        requests.count_model("m99");
        assert_eq!(requests.by_model.len(), 64);
        assert_eq!((requests.to_model("m0"), requests.to_model("m99")), (2, 0));
    }
}
