//! `#[limit]` in the engine: the state that its calls share, and what an attempt really used.
//!
//! What is admitted when is in `policy::limit`.

use super::fallible::Fallible;
use super::written::Until;
use crate::policy::limit::concurrency::Concurrency;
use crate::policy::limit::rate::{Rate, RateConfig};
use std::cell::Cell;
use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::time::Duration;

/// State of the function's own, or of all functions that name it.
struct Shared<T: 'static, C> {
    declared: C,
    own: T,
    named: OnceLock<&'static T>,
}

pub(super) struct LimitPlan {
    name: Option<&'static str>,
    /// The longest wait for a place.
    pub(super) max_wait: Option<Duration>,
    places: Option<Shared<Concurrency, (u32, u32)>>,
    rate: Option<Shared<Rate, RateConfig>>,
}

impl LimitPlan {
    pub(super) const NONE: LimitPlan =
        LimitPlan { name: None, max_wait: None, places: None, rate: None };

    pub(super) const fn is_some(&self) -> bool {
        self.places.is_some() || self.rate.is_some()
    }

    pub(super) const fn set_name(&mut self, name: &'static str) {
        self.name = Some(name);
    }

    pub(super) const fn set_places(&mut self, permits: u32, queue: u32) {
        let own = Concurrency::new(permits, queue);
        let places = Shared { declared: (permits, queue), own, named: OnceLock::new() };
        std::mem::forget(self.places.replace(places));
    }

    #[allow(clippy::forget_non_drop, reason = "it has a lock, which some platforms drop")]
    pub(super) const fn set_rate(&mut self, config: RateConfig) {
        let rate = Shared { declared: config, own: Rate::new(config), named: OnceLock::new() };
        std::mem::forget(self.rate.replace(rate));
    }

    /// The numbers in the source: of places and queue, and of the rate.
    #[cfg(any(feature = "config", test))]
    pub(super) fn declared(&self) -> (Option<(u32, u32)>, Option<RateConfig>) {
        let places = self.places.as_ref().map(|places| places.declared);
        (places, self.rate.as_ref().map(|rate| rate.declared))
    }

    /// What the limit is called in errors, if it has a name of its own.
    pub(super) const fn name(&self) -> Option<&'static str> {
        self.name
    }

    pub(super) fn places(&'static self) -> Option<&'static Concurrency> {
        let shared = self.places.as_ref()?;
        let (permits, queue) = shared.declared;
        Some(self.find(shared, |name| Concurrency::named(name, permits, queue)))
    }

    pub(super) fn rate(&'static self) -> Option<&'static Rate> {
        let shared = self.rate.as_ref()?;
        Some(self.find(shared, |name| Rate::named(name, shared.declared)))
    }

    fn find<T, C>(
        &self,
        shared: &'static Shared<T, C>,
        look_up: impl FnOnce(&str) -> (&'static T, bool),
    ) -> &'static T {
        let Some(name) = self.name else { return &shared.own };
        shared.named.get_or_init(|| {
            let (found, same) = look_up(name);
            if !same {
                tracing::warn!(
                    target: "lumina",
                    limit = name,
                    "functions that share a limit give it different numbers; \
                     those of the first one called hold"
                );
            }
            found
        })
    }
}

/// What the attempt under way has told of its tokens.
#[derive(Clone, Copy, Default)]
struct Ledger {
    /// Whether there is an attempt whose tokens are limited.
    open: bool,
    used: Option<u64>,
}

thread_local! {
    static LEDGER: Cell<Ledger> = const { Cell::new(Ledger { open: false, used: None }) };
}

/// Takes what [`settle_tokens`] is told for an attempt, while it is polled.
pub(super) struct Spending<'a> {
    used: &'a mut Option<u64>,
    outer: Ledger,
}

impl<'a> Spending<'a> {
    pub(super) fn enter(used: &'a mut Option<u64>) -> Self {
        let outer = LEDGER.replace(Ledger { open: true, used: *used });
        Spending { used, outer }
    }
}

impl Drop for Spending<'_> {
    fn drop(&mut self) {
        *self.used = LEDGER.replace(self.outer).used;
    }
}

/// Tells the `#[limit(tokens_per_minute = ..)]` around the caller how many tokens were really used.
///
/// The first call replaces the estimate that was reserved for the attempt under way, further ones
/// add to it; what was not used is free for others when the attempt is over. Of several limits
/// around the caller the innermost is told. False if there is none: then nothing happens.
///
/// A limit's own `used = |value| ..` comes before this.
///
/// # Examples
///
/// ```
/// // Outside of any limit.
/// assert!(!lumina_runtime::settle_tokens(1_200));
/// ```
pub fn settle_tokens(used: u64) -> bool {
    let ledger = LEDGER.get();
    if ledger.open {
        let used = Some(ledger.used.unwrap_or(0).saturating_add(used));
        LEDGER.set(Ledger { used, ..ledger });
    }
    ledger.open
}

/// A number of tokens.
#[diagnostic::on_unimplemented(
    message = "`cost` is a number of tokens, and `{Self}` is none",
    label = "not a whole number",
    note = "give an integer, such as `u64`; one that is negative counts as 0"
)]
pub trait Tokens {
    /// The number.
    fn tokens(self) -> u64;
}

/// What `used` may give: a number of tokens, or none where the value does not tell it.
#[diagnostic::on_unimplemented(
    message = "`used` is a number of tokens, and `{Self}` is none",
    label = "neither a whole number nor an `Option` of one",
    note = "give an integer, such as `u64`, or an `Option` of one: with `None` the estimate stands"
)]
pub trait UsedTokens {
    /// The number, if it is known.
    fn used_tokens(self) -> Option<u64>;
}

macro_rules! tokens {
    ($($unsigned:ty),*; $($signed:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl Tokens for $unsigned {
            #[inline(always)]
            #[allow(clippy::cast_lossless, reason = "one line for all types")]
            fn tokens(self) -> u64 {
                self as u64
            }
        })*
        $(#[diagnostic::do_not_recommend]
        impl Tokens for $signed {
            #[inline(always)]
            fn tokens(self) -> u64 {
                u64::try_from(self).unwrap_or(0)
            }
        })*
        $(tokens!(@used $unsigned);)*
        $(tokens!(@used $signed);)*
    };
    (@used $number:ty) => {
        #[diagnostic::do_not_recommend]
        impl UsedTokens for $number {
            #[inline(always)]
            fn used_tokens(self) -> Option<u64> {
                Some(self.tokens())
            }
        }
        #[diagnostic::do_not_recommend]
        impl UsedTokens for Option<$number> {
            #[inline(always)]
            fn used_tokens(self) -> Option<u64> {
                self.map(Tokens::tokens)
            }
        }
    };
}
tokens!(u8, u16, u32, u64, usize; i8, i16, i32, i64, isize);

/// A number of tokens a minute.
///
/// # Panics
///
/// If it is zero; in generated code, while the program is compiled.
#[must_use]
pub const fn tokens_a_minute(count: u64) -> NonZeroU64 {
    match NonZeroU64::new(count) {
        Some(count) => count,
        None => panic!("a number of tokens a minute must be at least 1"),
    }
}

/// The number that a `cost` gives; its type is known by this.
#[inline(always)]
pub fn tokens<T: Tokens>(cost: T) -> u64 {
    cost.tokens()
}

/// The number that a `used` gives for a value.
#[inline(always)]
pub fn used_tokens<V: ?Sized, T: UsedTokens>(value: &V, used: impl FnOnce(&V) -> T) -> Option<u64> {
    used(value).used_tokens()
}

/// What is looked at in the value of an attempt: whether it is the one awaited, and its tokens.
#[derive(Debug)]
pub struct Using<S, U> {
    used: S,
    until: U,
}

/// Gives a closure the type of what reads the tokens of a function that returns `R`.
#[inline(always)]
pub fn using<R: Fallible, S, U>(used: S, until: U) -> Using<S, U>
where
    S: FnMut(&R::Ok) -> Option<u64>,
    U: Until<R::Ok>,
{
    Using { used, until }
}

impl<T, S: FnMut(&T) -> Option<u64>, U: Until<T>> Until<T> for Using<S, U> {
    fn accepts(&mut self, value: &T) -> bool {
        self.until.accepts(value)
    }

    fn used(&mut self, value: &T) -> Option<u64> {
        (self.used)(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_goes_to_the_innermost_attempt_and_adds_up() {
        let (mut outer, mut inner) = (None, Some(5));
        {
            let _outer = Spending::enter(&mut outer);
            {
                let _inner = Spending::enter(&mut inner);
                assert!(settle_tokens(10) && settle_tokens(20));
            }
            assert!(settle_tokens(7));
        }
        assert_eq!((outer, inner), (Some(7), Some(35)));
        assert!(!settle_tokens(1));
    }

    #[test]
    fn a_panic_closes_the_ledger() {
        let mut used = None;
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _spending = Spending::enter(&mut used);
            settle_tokens(3);
            panic!("inside");
        }));
        assert!(panicked.is_err());
        assert_eq!(used, Some(3));
        assert!(!settle_tokens(1));
    }

    #[test]
    fn a_cost_below_zero_is_none() {
        assert_eq!((tokens(-5), tokens(7usize)), (0, 7));
        assert_eq!(used_tokens(&Some(9u32), |it| *it), Some(9));
        assert_eq!(used_tokens(&(), |()| None::<u64>), None);
    }
}
