//! The redactor: text in, text out.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::engine::Engine;
use crate::placeholder::{write_hashed, write_redacted};
use crate::scan::{Candidate, Scan};
use crate::{Action, Finding, Rules, Summary};

/// Finds and replaces sensitive values. Cheap to clone; shared by all threads.
#[derive(Clone)]
pub struct Redactor {
    pub(crate) engine: Arc<Engine>,
}

/// A replaced value can bring two others together, so a text is scanned again until nothing is
/// found; after this many rounds nothing of it is kept.
const MAX_ROUNDS: usize = 12;
const DROPPED: &str = "[DROPPED]";

impl Redactor {
    pub(crate) fn from_engine(engine: Engine) -> Self {
        Self { engine: Arc::new(engine) }
    }

    /// `text` with every finding replaced; borrowed, without any allocation, when there is none.
    ///
    /// ```
    /// let redactor = lumina_redact::Redactor::default();
    /// assert_eq!(redactor.redact("mail bob@acme.io"), "mail [EMAIL]");
    /// ```
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.redact_counted(text).0
    }

    /// The same, and what was done.
    pub fn redact_counted<'a>(&self, text: &'a str) -> (Cow<'a, str>, Summary) {
        let mut summary = Summary::default();
        let text = match self.pass(text, &[], &mut summary) {
            None => Cow::Borrowed(text),
            Some(redacted) => Cow::Owned(self.settle(redacted, &mut summary)),
        };
        (text, summary)
    }

    /// The same for the value under `key`, whose name is context: a bare number under `phone` is a
    /// phone number. What [`is_secret_key`](crate::is_secret_key) says is the caller's to ask.
    pub fn redact_value<'a>(&self, key: &str, text: &'a str) -> (Cow<'a, str>, Summary) {
        let mut summary = Summary::default();
        let redacted = match self.pass(text, key.as_bytes(), &mut summary) {
            None => Cow::Borrowed(text),
            Some(redacted) => {
                let mut current = redacted;
                for _ in 0..MAX_ROUNDS {
                    match self.pass(&current, key.as_bytes(), &mut summary) {
                        None => return (Cow::Owned(current), summary),
                        Some(next) => current = next,
                    }
                }
                summary.dropped = true;
                Cow::Owned(DROPPED.to_owned())
            }
        };
        (redacted, summary)
    }

    /// Appends the redacted `text` to `out`.
    pub fn redact_into(&self, text: &str, out: &mut String) -> Summary {
        let (redacted, summary) = self.redact_counted(text);
        out.push_str(&redacted);
        summary
    }

    /// What is in `text`, without the text: for review. Classes that are kept are listed too.
    pub fn audit(&self, text: &str) -> Vec<Finding> {
        let engine = &*self.engine;
        Scan::run(engine, text.as_bytes(), &[])
            .into_iter()
            .map(|found| {
                let rule = &engine.rules[usize::from(found.rule)];
                Finding {
                    range: found.start..found.end,
                    rule: rule.name.clone(),
                    class: rule.class,
                    score: found.score,
                    reason: found.reason,
                }
            })
            .collect()
    }

    /// How often each rule has replaced something since the redactor was built, rules without a
    /// finding left out.
    pub fn counts(&self) -> Vec<(&str, u64)> {
        let count = |rule: &crate::engine::Rule| rule.hits.load(Ordering::Relaxed);
        self.engine.rules.iter().filter(|r| count(r) > 0).map(|r| (&*r.name, count(r))).collect()
    }

    fn settle(&self, mut text: String, summary: &mut Summary) -> String {
        for _ in 0..MAX_ROUNDS {
            match self.pass(&text, &[], summary) {
                None => return text,
                Some(next) => text = next,
            }
        }
        summary.dropped = true;
        DROPPED.to_owned()
    }

    /// One scan; `None` when nothing is to be replaced.
    fn pass(&self, text: &str, key: &[u8], summary: &mut Summary) -> Option<String> {
        let engine = &*self.engine;
        let mut found = Scan::run(engine, text.as_bytes(), key);
        found.retain(|one| self.action(one) != Action::Keep);
        if found.is_empty() {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for one in &found {
            let rule = &engine.rules[usize::from(one.rule)];
            rule.hits.fetch_add(1, Ordering::Relaxed);
            summary.note(rule.class);
            out.push_str(&text[copied..one.start]);
            let value = &text[one.start..one.end];
            match self.action(one) {
                Action::Drop => {
                    summary.dropped = true;
                    return Some(DROPPED.to_owned());
                }
                Action::Hash => write_hashed(&rule.label, &engine.key, value, &mut out),
                Action::Redact | Action::Keep => {
                    write_redacted(&rule.label, one.last_four(), value, &mut out);
                }
            }
            copied = one.end;
        }
        out.push_str(&text[copied..]);
        Some(out)
    }

    fn action(&self, found: &Candidate) -> Action {
        let class = self.engine.rules[usize::from(found.rule)].class;
        self.engine.actions[class as usize]
    }
}

impl Default for Redactor {
    fn default() -> Self {
        // OK to panic: the built-in rules are constants, and a test builds them.
        Rules::builtin().build().expect("the built-in rules build")
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Neither the key nor the patterns.
        f.debug_struct("Redactor").field("rules", &self.engine.rules.len()).finish_non_exhaustive()
    }
}
