//! The prompt cache: how many tokens of a prompt an earlier one began with.
//!
//! It saves no work here; it fills `usage.prompt_tokens_details.cached_tokens` as the provider
//! does, so that the cost of a call can be computed.

use std::collections::{HashSet, VecDeque};

use super::dice;

/// A prompt shorter than this is never cached, in tokens.
///
/// Source: <https://platform.openai.com/docs/guides/prompt-caching>, as is the step below.
const MIN_TOKENS: usize = 1_024;
/// Hits grow by this many tokens.
const STEP_TOKENS: usize = 128;
/// Beginnings remembered; the oldest goes first.
const MAX_BEGINNINGS: usize = 4_096;

/// The beginnings of the prompts seen, as hashes.
#[derive(Default)]
pub(super) struct PromptCache {
    seen: HashSet<u64>,
    order: VecDeque<u64>,
}

impl PromptCache {
    /// Remembers the prompt and returns how many tokens it has in common with an earlier one.
    pub(super) fn admit(&mut self, model: &str, tokens: &[&str]) -> usize {
        let mut cached = 0;
        let mut beginning = dice::hash(model.as_bytes());
        for (step, block) in tokens.chunks_exact(STEP_TOKENS).enumerate() {
            let block = dice::hash(block.concat().as_bytes());
            beginning = dice::hash(&[beginning.to_le_bytes(), block.to_le_bytes()].concat());
            let length = (step + 1) * STEP_TOKENS;
            if length < MIN_TOKENS {
                continue;
            }
            if self.seen.contains(&beginning) {
                cached = length;
            } else {
                self.remember(beginning);
            }
        }
        cached
    }

    fn remember(&mut self, beginning: u64) {
        if self.order.len() == MAX_BEGINNINGS
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        self.seen.insert(beginning);
        self.order.push_back(beginning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(words: usize, last: &str) -> Vec<String> {
        let words = (0..words).map(|n| format!(" w{n}"));
        words.chain([last.to_owned()]).collect()
    }

    fn admit(cache: &mut PromptCache, model: &str, prompt: &[String]) -> usize {
        let tokens: Vec<_> = prompt.iter().map(String::as_str).collect();
        cache.admit(model, &tokens)
    }

    #[test]
    fn a_common_beginning_of_1024_tokens_is_cached_in_steps_of_128() {
        let mut cache = PromptCache::default();
        assert_eq!(admit(&mut cache, "m", &prompt(1_200, " a")), 0);
        assert_eq!(admit(&mut cache, "m", &prompt(1_200, " b")), 1_152);
        assert_eq!(admit(&mut cache, "other", &prompt(1_200, " b")), 0);
    }

    #[test]
    fn a_short_prompt_is_never_cached() {
        let mut cache = PromptCache::default();
        assert_eq!(admit(&mut cache, "m", &prompt(1_000, " a")), 0);
        assert_eq!(admit(&mut cache, "m", &prompt(1_000, " a")), 0);
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_the_oldest() {
        let mut cache = PromptCache::default();
        let names: Vec<_> = (0..=MAX_BEGINNINGS).map(|n| format!("prompt {n}")).collect();
        let mut tokens = vec![" w"; MIN_TOKENS];
        for name in &names {
            tokens[0] = name;
            assert_eq!(cache.admit("m", &tokens), 0);
        }
        assert_eq!(cache.seen.len(), MAX_BEGINNINGS);
        tokens[0] = &names[MAX_BEGINNINGS];
        assert_eq!(cache.admit("m", &tokens), MIN_TOKENS);
        tokens[0] = &names[0];
        assert_eq!(cache.admit("m", &tokens), 0);
    }
}
