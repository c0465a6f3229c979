//! The names that a function's parameters bind, and how each may be recorded.

use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Ident, Meta, Pat, PatIdent, ReceiverKind, Signature, Type};

use super::redact::{self, Redact};
use crate::errors::Errors;

/// One name bound by a parameter: `x` of `x: u32`, `a` and `b` of `(a, b): (A, B)`, or `self`.
#[derive(Clone)]
pub(crate) struct Param {
    pub(crate) ident: Ident,
    /// The name without `r#`.
    pub(crate) name: String,
    pub(crate) record_as: RecordAs,
    /// The conditions under which the parameter exists: the macro runs before they are decided.
    pub(crate) conditions: Vec<proc_macro2::TokenStream>,
    pub(crate) redact: Option<Redact>,
    /// The `mut` of `mut x: T`.
    pub(crate) mutability: Option<syn::Token![mut]>,
    /// Whether the type is a number or a `bool`, which no secret fits in.
    pub(crate) numeric: bool,
    pub(crate) passing: Passing,
}

/// How an argument arrives, as far as its type shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Passing {
    /// `T`, also where an alias hides a reference.
    Value,
    /// `&T`
    Shared,
    /// `&mut T`
    Exclusive,
    /// One name of a pattern.
    Part,
}

/// What `capture(all)` makes of a parameter: the rule of `tracing::instrument`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RecordAs {
    Value,
    Debug,
}

#[derive(Clone, Default)]
pub(crate) struct Params(Vec<Param>);

impl Params {
    /// Reads the parameters and takes `#[redact]` out of the signature.
    pub(crate) fn take(sig: &mut Signature, errors: &mut Errors) -> Params {
        let mut params = Vec::new();
        for input in &mut sig.inputs {
            let (FnArg::Receiver(syn::Receiver { attrs, .. })
            | FnArg::Typed(syn::PatType { attrs, .. })) = input;
            let first = attrs.first().cloned();
            let redact = redact::take(attrs, errors);
            let conditions = attrs.iter().filter_map(condition).collect();
            let param = |ident: &Ident, record_as| Param {
                ident: ident.clone(),
                name: ident.unraw().to_string(),
                record_as,
                conditions: Vec::clone(&conditions),
                redact: redact.clone(),
                mutability: None,
                numeric: false,
                passing: Passing::Part,
            };
            let before = params.len();
            match input {
                FnArg::Receiver(receiver) => {
                    let ident = Ident::new("self", receiver.self_token.span);
                    let passing = match &receiver.kind {
                        ReceiverKind::Value => Passing::Value,
                        ReceiverKind::Reference(_, _, None) => Passing::Shared,
                        ReceiverKind::Reference(..) => Passing::Exclusive,
                        ReceiverKind::Typed(_, ty) => passing(ty),
                        // OK: a kind of receiver that is not known yet is a value.
                        _ => Passing::Value,
                    };
                    params.push(Param { passing, ..param(&ident, RecordAs::Debug) });
                }
                FnArg::Typed(typed) => {
                    let record_as = record_as(&typed.ty);
                    bindings(&typed.pat, record_as, &mut |ident, record_as| {
                        params.push(param(ident, record_as));
                    });
                    if let Pat::Ident(PatIdent { mutability, by_ref: None, subpat: None, .. }) =
                        &*typed.pat
                        && let Some(last) = params.last_mut()
                    {
                        last.mutability = *mutability;
                        last.passing = passing(&typed.ty);
                        last.numeric = is_numeric(&typed.ty);
                    }
                }
            }
            if let (Some(_), Some(first), true) = (redact, first, params.len() == before) {
                let message = "`redact` names no parameter: this pattern binds nothing";
                errors.push(syn::Error::new_spanned(first, message));
            }
        }
        Params(params)
    }

    /// Calls the `_self` of an inner function what it was in the outer one.
    pub(crate) fn restore_receiver(&mut self) {
        for param in self.0.iter_mut().filter(|param| param.ident == "_self") {
            param.name = "self".to_owned();
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Param> {
        self.0.iter()
    }

    pub(crate) fn get(&self, ident: &Ident) -> Option<&Param> {
        self.0.iter().find(|param| param.ident == *ident)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(|param| param.name.clone()).collect()
    }
}

fn passing(ty: &Type) -> Passing {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => Passing::Exclusive,
        Type::Reference(_) => Passing::Shared,
        Type::Group(group) => passing(&group.elem),
        Type::Paren(paren) => passing(&paren.elem),
        _ => Passing::Value,
    }
}

fn condition(attr: &Attribute) -> Option<proc_macro2::TokenStream> {
    match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(list.tokens.clone()),
        _ => None,
    }
}

/// The names in a pattern that cannot fail; the types inside one are unknown, hence `Debug`.
fn bindings(pat: &Pat, record_as: RecordAs, found: &mut dyn FnMut(&Ident, RecordAs)) {
    match pat {
        Pat::Ident(pat) => {
            found(&pat.ident, record_as);
            if let Some((_, inner)) = &pat.subpat {
                bindings(inner, RecordAs::Debug, found);
            }
        }
        Pat::Reference(pat) => bindings(&pat.pat, record_as, found),
        Pat::Paren(pat) => bindings(&pat.pat, record_as, found),
        Pat::Struct(pat) => {
            pat.fields.iter().for_each(|field| bindings(&field.pat, RecordAs::Debug, found));
        }
        Pat::Tuple(pat) => {
            pat.elems.iter().for_each(|elem| bindings(elem, RecordAs::Debug, found));
        }
        Pat::TupleStruct(pat) => {
            pat.elems.iter().for_each(|elem| bindings(elem, RecordAs::Debug, found));
        }
        Pat::Slice(pat) => {
            pat.elems.iter().for_each(|elem| bindings(elem, RecordAs::Debug, found));
        }
        // OK to skip: nothing else is irrefutable, and rustc says so better.
        _ => {}
    }
}

const NUMBERS: &[&str] = &[
    "bool", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u128", "i128", "usize", "isize",
    "f32", "f64",
];

const NON_ZERO: &[&str] = &[
    "NonZeroU8",
    "NonZeroI8",
    "NonZeroU16",
    "NonZeroI16",
    "NonZeroU32",
    "NonZeroI32",
    "NonZeroU64",
    "NonZeroI64",
    "NonZeroU128",
    "NonZeroI128",
    "NonZeroUsize",
    "NonZeroIsize",
];

fn record_as(ty: &Type) -> RecordAs {
    let name = last_segment(ty);
    let value = name.as_deref().is_some_and(|name| {
        NUMBERS.contains(&name)
            || NON_ZERO.contains(&name)
            || matches!(name, "str" | "String" | "Wrapping")
    });
    if value { RecordAs::Value } else { RecordAs::Debug }
}

fn is_numeric(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|name| NUMBERS.contains(&&*name))
}

/// The last word of a path, through references and invisible groups.
fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => last_segment(&reference.elem),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(sig: &str) -> Vec<(String, RecordAs)> {
        let mut sig: Signature = syn::parse_str(sig).expect("a signature");
        let params = Params::take(&mut sig, &mut Errors::default());
        params.iter().map(|param| (param.name.clone(), param.record_as)).collect()
    }

    #[test]
    fn primitives_are_values_also_behind_references() {
        let found = params(
            "fn f(&self, a: &mut u32, b: &'static str, c: Vec<u8>, r#d: std::num::NonZeroU8)",
        );
        let expected = [
            ("self", RecordAs::Debug),
            ("a", RecordAs::Value),
            ("b", RecordAs::Value),
            ("c", RecordAs::Debug),
            ("d", RecordAs::Value),
        ];
        assert_eq!(found, expected.map(|(name, record_as)| (name.to_owned(), record_as)));
    }

    #[test]
    fn patterns_yield_each_binding() {
        let found =
            params("fn f((a, _): (u8, u8), P { x, y: [p, q] }: P, &z: &u8, w @ (v, ..): T)");
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "x", "p", "q", "z", "w", "v"]);
        assert_eq!(found[4].1, RecordAs::Value);
        assert_eq!(found[0].1, RecordAs::Debug);
    }

    #[test]
    fn only_a_plain_name_can_be_numeric() {
        let mut sig: Signature =
            syn::parse_str("fn f(token: u32, (a, b): (u32, u32))").expect("sig");
        let params = Params::take(&mut sig, &mut Errors::default());
        let numeric: Vec<_> = params.iter().map(|param| param.numeric).collect();
        assert_eq!(numeric, [true, false, false]);
    }
}
