//! What of a returned value is kept: the value of `Ok`, or the whole.

use std::marker::PhantomData;

/// A value that can be kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept by `cache`",
    label = "not `Clone + Send + Sync + 'static`",
    note = "each call gets a clone of the kept value, from any thread; \
            derive `Clone`, or return an `Arc` of it"
)]
pub trait CacheValue: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> CacheValue for T {}

/// What a function may return whose values are kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept by `cache`",
    label = "not `Clone + Send + Sync + 'static`",
    note = "each call gets a clone of the kept value, from any thread; \
            derive `Clone`, or return an `Arc` of it"
)]
pub trait Keepable {}

impl<T: CacheValue, E> Keepable for Result<T, E> {}

/// How a returned value and the kept one go together.
///
/// Not even `'static`: it is part of the function's future, and rustc would not see that a future with
/// a `&'static str` is `Send`.
pub trait Keeps: Copy {
    /// What the function returns.
    type Returned;
    /// What is kept of it.
    type Value;

    /// What is kept, if the call was a success.
    fn kept(returned: &Self::Returned) -> Option<&Self::Value>;
    /// The returned value of a call that is not made.
    fn give(self, value: Self::Value) -> Self::Returned;
}

/// Of a `Result` the value of `Ok`.
pub struct KeepOk<T, E>(PhantomData<fn() -> (T, E)>);

/// Everything.
pub struct KeepWhole<R>(PhantomData<fn() -> R>);

impl<T, E> Keeps for KeepOk<T, E> {
    type Returned = Result<T, E>;
    type Value = T;

    #[inline(always)]
    fn kept(returned: &Result<T, E>) -> Option<&T> {
        returned.as_ref().ok()
    }

    #[inline(always)]
    fn give(self, value: T) -> Result<T, E> {
        Ok(value)
    }
}

impl<R> Keeps for KeepWhole<R> {
    type Returned = R;
    type Value = R;

    #[inline(always)]
    fn kept(returned: &R) -> Option<&R> {
        Some(returned)
    }

    #[inline(always)]
    fn give(self, value: R) -> R {
        value
    }
}

/// Nothing: the type of what is returned is not one that can be kept, and rustc has said so.
pub struct KeepNothing<R>(PhantomData<fn() -> R>);

impl<R> Keeps for KeepNothing<R> {
    type Returned = R;
    type Value = ();

    fn kept(_: &R) -> Option<&()> {
        None
    }

    fn give(self, (): ()) -> R {
        unreachable!("what cannot be kept does not compile")
    }
}

/// Finds out which of them it is for the type `R`, through aliases.
///
/// By the order in which rustc looks for the method `how`: a `Result` has one of its own, other types
/// have that of [`KeepsWhole`], and what cannot be kept has one that needs another reference.
pub struct Keeping<R>(PhantomData<fn() -> R>);

impl<R> Keeping<R> {
    /// For the type `R`.
    #[must_use]
    pub const fn returned() -> Self {
        Keeping(PhantomData)
    }
}

impl<T: CacheValue, E> Keeping<Result<T, E>> {
    /// Only `Ok` is kept.
    #[must_use]
    pub const fn how(&self) -> KeepOk<T, E> {
        KeepOk(PhantomData)
    }
}

/// For types that are no `Result`.
pub trait KeepsWhole<R> {
    /// The whole is kept.
    fn how(&self) -> KeepWhole<R>;
}

impl<R: CacheValue> KeepsWhole<R> for Keeping<R> {
    fn how(&self) -> KeepWhole<R> {
        KeepWhole(PhantomData)
    }
}

/// For types that cannot be kept.
pub trait KeepsNothing<R> {
    /// Nothing is kept.
    fn how(&mut self) -> KeepNothing<R>
    where
        R: Keepable;
}

impl<R> KeepsNothing<R> for Keeping<R> {
    fn how(&mut self) -> KeepNothing<R>
    where
        R: Keepable,
    {
        KeepNothing(PhantomData)
    }
}

impl<T, E> Clone for KeepOk<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, E> Copy for KeepOk<T, E> {}

impl<R> Clone for KeepWhole<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for KeepWhole<R> {}

impl<R> Clone for KeepNothing<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for KeepNothing<R> {}

impl<R> std::fmt::Debug for KeepNothing<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeepNothing")
    }
}

impl<T, E> std::fmt::Debug for KeepOk<T, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeepOk")
    }
}

impl<R> std::fmt::Debug for KeepWhole<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeepWhole")
    }
}

impl<R> std::fmt::Debug for Keeping<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeping")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Alias = std::io::Result<u32>;

    #[test]
    fn of_a_result_only_ok_is_kept_whatever_it_is_called() {
        fn kept<P: Keeps<Value = u32>>(_: P, returned: &P::Returned) -> Option<u32> {
            P::kept(returned).copied()
        }
        let keeps = Keeping::<Alias>::returned().how();
        assert_eq!(kept(keeps, &Ok(7)), Some(7));
        assert_eq!(kept(keeps, &Err(std::io::ErrorKind::Other.into())), None);
        assert_eq!(kept(Keeping::<u32>::returned().how(), &7), Some(7));
    }
}
