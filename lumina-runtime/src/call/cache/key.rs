//! Keys: what the user names, owned.
//!
//! A reference becomes what it refers to, so that `key = prompt` keeps a `String` where `prompt` is a
//! `&str`. Which it is, is found by the order in which rustc looks for the method `key`: a reference
//! has one of its own, what can be a key has that of a trait, and all the rest one that needs another
//! reference and gives [`NoKey`], after rustc has said once what is wrong.

use std::borrow::Borrow;
use std::hash::Hash;

/// What tells calls apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key of `cache`",
    label = "not `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "name what tells calls apart: `key = argument`, `key = (self.id, prompt)`, \
            `key = temperature.to_bits()`"
)]
pub trait CacheKey: Hash + Eq + Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Hash + Eq + Clone + Send + Sync + 'static> CacheKey for T {}

/// What a reference to it can become a key of.
pub trait ToKey {
    /// The key.
    type Key: CacheKey;

    /// The key, owned.
    fn to_key(&self) -> Self::Key;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + ToOwned> ToKey for T
where
    T::Owned: CacheKey + Borrow<T>,
{
    type Key = T::Owned;

    #[inline(always)]
    fn to_key(&self) -> T::Owned {
        self.to_owned()
    }
}

/// A variable or a field, which stays where it is.
#[derive(Debug)]
pub struct KeyOfPlace<'a, T>(pub &'a T);

impl<T: ?Sized + ToKey> KeyOfPlace<'_, &T> {
    /// The key.
    #[inline(always)]
    pub fn key(&self) -> T::Key {
        self.0.to_key()
    }
}

/// What is no reference.
pub trait OwnKeyOfPlace<T> {
    /// The key.
    fn key(&self) -> T;
}

impl<T: CacheKey> OwnKeyOfPlace<T> for KeyOfPlace<'_, T> {
    #[inline(always)]
    fn key(&self) -> T {
        self.0.clone()
    }
}

/// What can be no key.
pub trait NoKeyOfPlace<T> {
    /// A key that fits everything.
    fn key(&mut self) -> NoKey
    where
        T: CacheKey;
}

impl<T> NoKeyOfPlace<T> for KeyOfPlace<'_, T> {
    fn key(&mut self) -> NoKey
    where
        T: CacheKey,
    {
        NoKey
    }
}

/// Stands for a key that there is not, so that nothing else is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoKey;

/// The value of any other expression.
#[derive(Debug)]
pub struct KeyOf<T>(pub T);

impl<T: ?Sized + ToKey> KeyOf<&T> {
    /// The key.
    #[inline(always)]
    pub fn key(self) -> T::Key {
        self.0.to_key()
    }
}

/// What is no reference.
pub trait OwnKey<T> {
    /// The key.
    fn key(self) -> T;
}

impl<T: CacheKey> OwnKey<T> for KeyOf<T> {
    #[inline(always)]
    fn key(self) -> T {
        self.0
    }
}

/// What can be no key.
pub trait NoKeyOf<T> {
    /// A key that fits everything.
    fn key(&self) -> NoKey
    where
        T: CacheKey;
}

impl<T> NoKeyOf<T> for KeyOf<T> {
    fn key(&self) -> NoKey
    where
        T: CacheKey,
    {
        NoKey
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_becomes_what_it_refers_to_and_a_place_stays() {
        let (text, owned) = ("a", "b".to_owned());
        let (of_text, of_owned): (String, String) =
            (KeyOfPlace(&text).key(), KeyOfPlace(&owned).key());
        assert_eq!((of_text, of_owned), ("a".to_owned(), owned));
        let slice: Vec<u8> = KeyOf(&[1u8, 2][..]).key();
        assert_eq!((slice, KeyOf(7u32).key()), (vec![1, 2], 7));
    }
}
