//! `#[cache]`.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprPath, Ident, Lifetime, Type, TypeReference};

use super::Subject;
use super::value::count;
use crate::errors::Errors;
use crate::function::{Passing, Returned};
use crate::grammar::Keyed;
use crate::grammar::duration::Time;
use crate::policy::args::CacheArgs;
use crate::policy::plan::{CachePlan, Count, KeyPart};

const DEFAULT_CAPACITY: u64 = 1_000;
/// The most values that the standard library compares as one.
const MOST_PARTS: usize = 12;
/// Whether the run-time knows caches.
const AVAILABLE: bool = cfg!(any(feature = "cache", test));

pub(super) fn lower(
    given: &Keyed<CacheArgs>,
    subject: &Subject<'_>,
    errors: &mut Errors,
) -> Option<CachePlan> {
    let Keyed { key, value: args } = given;
    if !AVAILABLE {
        let message = "`cache` needs lumina's feature `cache`: \
                       `lumina = { version = \"..\", features = [\"cache\"] }`";
        errors.at(*key, message);
    }
    refuse_unkept(*key, subject.returned, errors);
    let part = match &args.key {
        Some(given) => Some(part(given.value.clone(), errors)),
        None if args.spoiled => None,
        None => parameters(*key, subject, errors),
    };
    let ttl = Time::lower(args.ttl.as_ref(), errors);
    let capacity =
        count("capacity", args.capacity.as_ref(), "`capacity` is how many values are kept", errors);
    Some(CachePlan {
        key: part?,
        ttl,
        capacity: capacity.unwrap_or(Count::Known(DEFAULT_CAPACITY)),
        single_flight: args.single_flight.is_some(),
    })
}

/// What the user wrote after `key =`.
fn part(expr: Expr, errors: &mut Errors) -> KeyPart {
    match expr {
        Expr::Tuple(tuple) => {
            if let Some(first_of_too_many) = tuple.elems.iter().nth(MOST_PARTS) {
                let message = format!("a tuple has at most {MOST_PARTS} parts; nest the others");
                errors.at(first_of_too_many.span(), message);
            }
            KeyPart::Tuple(tuple.elems.into_iter().map(|it| part(it, errors)).collect())
        }
        Expr::Paren(paren) => part(*paren.expr, errors),
        Expr::Group(group) => part(*group.expr, errors),
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => KeyPart::Place(expr),
        other => KeyPart::Value(other),
    }
}

/// All parameters, where they are all there is to a call.
fn parameters(key: Span, subject: &Subject<'_>, errors: &mut Errors) -> Option<KeyPart> {
    let mut parts = Vec::new();
    for param in subject.params.iter() {
        let (span, name) = (param.ident.span(), &param.name);
        if name == "self" {
            let message = "`cache` on a method needs a `key`, of which `self` is a part only if it \
                           says so: `cache(key = (self.id, prompt))`";
            errors.at(key, message);
            return None;
        }
        if param.passing == Passing::Exclusive {
            let message = format!(
                "what a call does with `&mut {name}`, a kept value does not do; if that is meant, \
                 name what tells calls apart: `cache(key = ..)`"
            );
            errors.at(span, message);
            return None;
        }
        if !param.conditions.is_empty() {
            let message = "this parameter is not always there: name what tells calls apart, \
                           `cache(key = ..)`";
            errors.at(span, message);
            return None;
        }
        parts.push(KeyPart::Place(variable(&param.ident)));
    }
    if parts.len() > MOST_PARTS {
        let message = format!(
            "without a `key` all parameters are the key, of which there may be {MOST_PARTS}: name \
             what tells calls apart, `cache(key = (a, b))`"
        );
        errors.at(key, message);
        return None;
    }
    Some(if parts.len() == 1 { parts.remove(0) } else { KeyPart::Tuple(parts) })
}

fn variable(ident: &Ident) -> Expr {
    Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path: ident.clone().into() })
}

/// Refuses what cannot outlive the call that made it.
fn refuse_unkept(key: Span, returned: &Returned, errors: &mut Errors) {
    let ty = match returned {
        Returned::Plain(_) | Returned::Maybe(_) => returned.success(),
        Returned::Never | Returned::Future { .. } => None,
    };
    let Some(ty) = ty else {
        return errors.at(key, "`cache` keeps what a function returns, and this one never does");
    };
    if let (Returned::Plain(_), Type::Tuple(tuple)) = (returned, ty)
        && tuple.elems.is_empty()
    {
        return errors
            .at(key, "`cache` keeps what a function returns, and this one returns nothing");
    }
    let mut found = Unkept::default();
    found.visit_type(ty);
    if let Some(span) = found.borrowed {
        let message = "the value is kept longer than what it borrows from: return an owned one, \
                       such as `String` or `Arc<str>`";
        errors.at(span, message);
    } else if let Some(span) = found.opaque {
        errors.at(span, "what `cache` keeps needs a type with a name, not `impl ..`");
    }
}

#[derive(Default)]
struct Unkept {
    borrowed: Option<Span>,
    opaque: Option<Span>,
}

impl<'ast> Visit<'ast> for Unkept {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        if reference.lifetime.is_none() {
            self.borrowed = self.borrowed.or(Some(reference.and_token.span));
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "static" {
            self.borrowed = self.borrowed.or(Some(lifetime.span()));
        }
    }

    fn visit_type_impl_trait(&mut self, opaque: &'ast syn::TypeImplTrait) {
        self.opaque = self.opaque.or(Some(opaque.impl_token.span));
    }

    /// The lifetimes in a function's type are its own.
    fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_borrows_is_seen_and_what_does_not_is_not() {
        let found = |ty: &str| {
            let mut found = Unkept::default();
            found.visit_type(&syn::parse_str(ty).expect("a type"));
            found.borrowed.is_some()
        };
        for borrowed in ["&str", "Cow<'_, str>", "Vec<&'a u8>", "Box<dyn Any + 'a>"] {
            assert!(found(borrowed), "{borrowed}");
        }
        for owned in ["&'static str", "Cow<'static, str>", "fn(&str) -> &str", "Vec<u8>"] {
            assert!(!found(owned), "{owned}");
        }
    }
}
