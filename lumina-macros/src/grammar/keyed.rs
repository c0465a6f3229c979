//! A value that remembers the key which set it, so that a conflict points at the key.

use proc_macro2::Span;

#[derive(Clone, Debug)]
pub(crate) struct Keyed<T> {
    pub(crate) key: Span,
    pub(crate) value: T,
}

/// Stores `value`, refusing a second one.
pub(crate) fn set_once<T>(
    slot: &mut Option<Keyed<T>>,
    name: &str,
    key: Span,
    value: T,
) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(key, format!("`{name}` is set twice; keep one")));
    }
    *slot = Some(Keyed { key, value });
    Ok(())
}
