//! What is said of a call when it is over.

use super::panic::take_panic;
use crate::model::Outcome;
use crate::names;
use crate::policy::classify::{Class, ErrorKind};
use crate::record::arg::Arg;
use crate::record::decode::{Decoded, attributes};
use crate::record::encode::{Key, put};
use crate::record::scratch;

/// Collects the outcome and the last attributes of a span.
pub struct End {
    outcome: Outcome,
    attributes: Option<Vec<u8>>,
    count: u8,
}

pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) attributes: Vec<u8>,
    pub(super) count: u8,
}

impl Said {
    #[inline(always)]
    pub(super) fn recycle(self) {
        if self.attributes.capacity() > 0 {
            scratch::give_back(self.attributes);
        }
    }
}

impl End {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        End { outcome: Outcome::Unset, attributes: None, count: 0 }
    }

    #[inline(always)]
    pub(super) fn into_parts(self) -> Said {
        Said {
            outcome: self.outcome,
            attributes: self.attributes.unwrap_or_default(),
            count: self.count,
        }
    }

    /// Records a declared key, by its index among the site's keys.
    pub fn set(&mut self, key_index: usize, arg: Arg<'_>) {
        let Ok(index) = u8::try_from(key_index) else { return };
        self.put(Key::Index(index), &arg);
    }

    /// Records a key of the program that the site does not declare.
    pub(crate) fn put_static(&mut self, key: &'static str, arg: &Arg<'_>) {
        self.put(Key::Static(key), arg);
    }

    fn put(&mut self, key: Key<'_>, arg: &Arg<'_>) {
        let buffer = self.attributes.get_or_insert_with(scratch::take);
        if put(buffer, key, arg) {
            self.count = self.count.saturating_add(1);
        }
    }

    /// The call succeeded.
    #[inline(always)]
    pub fn ok(&mut self) {
        self.outcome = Outcome::Ok;
    }

    /// The call failed in a way that has no description.
    pub fn failed(&mut self) {
        self.outcome = Outcome::Error;
    }

    /// What the error's type says of it.
    pub(crate) fn classified(&mut self, class: &Class<'_>) {
        if class.kind != ErrorKind::Other {
            self.put_static(names::ERROR_KIND, &Arg::Str(class.kind.as_str()));
        }
        if let Some(code) = &class.code {
            self.put_static(names::ERROR_CODE, &Arg::Str(code));
        }
    }

    /// Whether another attempt may succeed.
    pub(crate) fn retryable(&mut self, retryable: bool) {
        self.put_static(names::ERROR_RETRYABLE, &Arg::Bool(retryable));
    }

    /// The error's message, where one was recorded.
    pub(crate) fn message(&self) -> Option<String> {
        let bytes = self.attributes.as_deref()?;
        // SAFETY: the bytes are this value's own, written by `put`.
        let mut said = unsafe { attributes(bytes, self.count) };
        said.find_map(|(key, value)| match (key, value) {
            (Key::Static(names::ERROR_MESSAGE), Decoded::Str(text)) => Some(text.to_owned()),
            _ => None,
        })
    }

    /// Whether there is no more to say than that the call returned, or that it succeeded.
    #[inline(always)]
    pub(super) fn is_plain(&self) -> bool {
        self.attributes.is_none() && matches!(self.outcome, Outcome::Unset | Outcome::Ok)
    }

    #[inline(always)]
    pub(super) fn is_ok(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    pub(super) fn is_error(&self) -> bool {
        self.outcome.is_error()
    }

    pub(super) fn cancelled(&mut self) {
        self.outcome = Outcome::Cancelled;
    }

    /// The call is left by the panic that is going on.
    #[cold]
    pub(super) fn panicked(&mut self) {
        self.outcome = Outcome::Panic;
        if let Some(panic) = take_panic() {
            self.put_static(names::ERROR_MESSAGE, &Arg::Str(&panic.message));
            self.put_static(names::PANIC_LOCATION, &Arg::Str(&panic.location));
        }
    }
}

impl std::fmt::Debug for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("End").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
