//! Collecting mistakes, and what a macro returns when there were some.

use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The mistakes found so far in one attribute, in the order of the source.
///
/// Nothing stops at the first one: a user who made three mistakes reads three errors.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            None => self.0 = Some(error),
            Some(all) => all.combine(error),
        }
    }

    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// The value, or nothing and one more error.
    pub(crate) fn catch<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn into_result(self) -> syn::Result<()> {
        match self.0 {
            None => Ok(()),
            Some(all) => Err(all),
        }
    }
}

/// The errors, and the item as it was, so that its callers still compile.
pub(crate) fn report(error: &syn::Error, item: &TokenStream) -> TokenStream {
    let errors = error.to_compile_error();
    quote! { #errors #item }
}
