//! A value that remembers the key which set it, so that a conflict points at the key.

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt;

#[derive(Clone, Debug)]
pub(crate) struct Keyed<T> {
    pub(crate) key: Span,
    pub(crate) value: T,
}

/// Stores `value`, refusing a second one.
pub(crate) fn set_once<T>(slot: &mut Option<Keyed<T>>, key: &Ident, value: T) -> syn::Result<()> {
    if slot.is_some() {
        let message = format!("`{}` is set twice; keep one", key.unraw());
        return Err(syn::Error::new(key.span(), message));
    }
    *slot = Some(Keyed { key: key.span(), value });
    Ok(())
}
