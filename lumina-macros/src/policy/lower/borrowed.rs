//! Returned values that borrow from a `&mut`, which a second attempt would need again.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{FnArg, Ident, Lifetime, ReceiverKind, ReturnType, Signature, Type, TypeReference};

use super::Subject;
use crate::errors::Errors;

/// Refuses to repeat a function whose value borrows from a `&mut` argument.
pub(super) fn refuse(subject: &Subject<'_>, _retry: Span, errors: &mut Errors) {
    let ReturnType::Type(_, output) = &subject.sig.output else { return };
    let exclusive = exclusive(subject.sig);
    let Some((name, _)) = exclusive.first() else { return };
    let mut found = Borrows { exclusive: &exclusive, span: None };
    found.visit_type(output);
    if let Some(span) = found.span {
        let message = format!(
            "the value borrows from `{name}`, which the next attempt of `retry` needs again: \
             return an owned value, or borrow from `&self`"
        );
        errors.at(span, message);
    }
}

/// The `&mut` arguments whose lifetime can be in the returned type, by its name if it has one.
fn exclusive(sig: &Signature) -> Vec<(String, Option<Ident>)> {
    let mut found = Vec::new();
    let mut receiver = false;
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(it) => {
                receiver = matches!(it.kind, ReceiverKind::Reference(..));
                if let ReceiverKind::Reference(_, lifetime, Some(_)) = &it.kind {
                    found.push(("&mut self".to_owned(), name(lifetime.as_ref())));
                }
            }
            FnArg::Typed(typed) => {
                let Type::Reference(reference) = &*typed.ty else { continue };
                if reference.mutability.is_some() {
                    let argument = quote::ToTokens::to_token_stream(&typed.pat).to_string();
                    found.push((argument, name(reference.lifetime.as_ref())));
                }
            }
        }
    }
    // An elided lifetime is that of `self`, or that of the only reference.
    let references = sig.inputs.iter().filter(|input| match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(typed) => matches!(&*typed.ty, Type::Reference(_)),
    });
    let several = references.count() > 1;
    found.retain(|(argument, lifetime)| {
        lifetime.is_some() || argument == "&mut self" || !(receiver || several)
    });
    found
}

fn name(lifetime: Option<&Lifetime>) -> Option<Ident> {
    lifetime.map(|lifetime| lifetime.ident.clone()).filter(|ident| ident != "_")
}

struct Borrows<'a> {
    exclusive: &'a [(String, Option<Ident>)],
    span: Option<Span>,
}

impl Borrows<'_> {
    fn elided(&self) -> bool {
        self.exclusive.iter().any(|(_, lifetime)| lifetime.is_none())
    }
}

impl<'ast> Visit<'ast> for Borrows<'_> {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        if reference.lifetime.is_none() && self.elided() {
            self.span = self.span.or(Some(reference.and_token.span()));
        }
        syn::visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        let borrows = match name(Some(lifetime)) {
            None => self.elided(),
            Some(named) => {
                self.exclusive.iter().any(|(_, lifetime)| lifetime.as_ref() == Some(&named))
            }
        };
        if borrows {
            self.span = self.span.or(Some(lifetime.span()));
        }
    }

    /// The lifetime of a boxed future is not that of its output: async-trait writes both.
    fn visit_type_param_bound(&mut self, bound: &'ast syn::TypeParamBound) {
        if !matches!(bound, syn::TypeParamBound::Lifetime(_)) {
            syn::visit::visit_type_param_bound(self, bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn borrows(sig: &str) -> bool {
        let sig: Signature = syn::parse_str(sig).expect("a signature");
        let exclusive = exclusive(&sig);
        let ReturnType::Type(_, output) = &sig.output else { return false };
        let mut found = Borrows { exclusive: &exclusive, span: None };
        found.visit_type(output);
        found.span.is_some()
    }

    #[test]
    fn borrows_from_an_exclusive_argument_are_seen() {
        for borrowed in [
            "fn f(&mut self) -> Result<&str, E>",
            "fn f<'a>(&'a mut self) -> Result<Cow<'a, str>, E>",
            "fn f(&mut self, other: &str) -> Result<Guard<'_>, E>",
            "fn f(x: &mut X) -> Result<&Y, E>",
            "fn f<'a>(x: &'a mut X, y: &Y) -> Result<&'a Y, E>",
        ] {
            assert!(borrows(borrowed), "{borrowed}");
        }
        for owned in [
            "fn f(&mut self) -> Result<String, E>",
            "fn f(&self, x: &mut X) -> Result<&str, E>",
            "fn f<'a>(&mut self, x: &'a str) -> Result<&'a str, E>",
            "fn f(&mut self) -> Result<&'static str, E>",
            "fn f<'a>(&'a mut self) -> Pin<Box<dyn Future<Output = Result<u8, E>> + Send + 'a>>",
        ] {
            assert!(!borrows(owned), "{owned}");
        }
    }
}
