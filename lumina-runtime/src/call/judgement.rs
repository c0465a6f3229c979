//! What the generated code says of an error, while it still has it.

use crate::policy::classify::Class;
use crate::span::End;
use std::time::Duration;

/// Collects what is known of one error: how to describe it, whether to try again, which fallbacks
/// accept it.
#[derive(Debug)]
pub struct Judgement {
    pub(super) end: End,
    pub(super) retryable: bool,
    pub(super) retry_after: Option<Duration>,
    /// Bit `n`: fallback `n` does not want this error.
    pub(super) refused_fallbacks: u64,
}

impl Judgement {
    pub(super) fn new() -> Self {
        Judgement { end: End::new(), retryable: true, retry_after: None, refused_fallbacks: 0 }
    }

    /// The description, apart from what follows from the error.
    pub(super) fn take_end(&mut self) -> End {
        std::mem::replace(&mut self.end, End::new())
    }

    /// Where the error is described.
    pub fn end(&mut self) -> &mut End {
        &mut self.end
    }

    /// What the error's type says of it.
    pub fn classify(&mut self, class: &Class<'_>) {
        self.retryable = class.retryable;
        self.retry_after = class.retry_after;
        self.end.classified(class);
    }

    /// What the user's `when` says, instead of the error's type.
    pub fn retry_if(&mut self, retryable: bool) {
        self.retryable = retryable;
    }

    /// What a fallback's `when` says.
    pub fn accept_fallback(&mut self, fallback: usize, accepts: bool) {
        if !accepts {
            self.refused_fallbacks |= 1u64.checked_shl(fallback as u32).unwrap_or(0);
        }
    }
}

/// Describes `$error`, a reference, in `$judgement`, and classifies it.
#[doc(hidden)]
#[macro_export]
macro_rules! __judge_error {
    ($error:expr, $judgement:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::probe::*;
        let __error = $error;
        (&&&&&&$crate::__private::probe::ErrorProbe(__error)).describe($judgement.end());
        let __class = $crate::__private::classify!(__error);
        $judgement.classify(&__class);
    }};
}
