//! [`Args`] and a function to a [`Plan`]: fills in defaults and reports every mistake, each at its
//! own token.

mod entry;
mod outcome;
mod site;
mod value;

use quote::quote;
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Pat, ReturnType, Signature, Type, parse_quote};

use super::args::Args;
use super::plan::{Call, Hint, Plan, Shadow, Shape};
use crate::errors::Errors;
use crate::function::{Boxing, Function, Params, Returned, Tail, is_redact};
use crate::grammar::Keyed;
use entry::Keys;

/// `name` is the span's, where the arguments give none: another than the function's only if this is
/// the inner function of an old async-trait.
pub(super) fn lower(args: Args, mut function: Function, name: &Ident, errors: &mut Errors) -> Plan {
    for attr in function.attrs.iter().filter(|attr| is_redact(attr)) {
        errors.push(syn::Error::new_spanned(attr, "`redact` goes on a parameter"));
    }
    let mut params = Params::take(&mut function.sig, errors);
    if *name != function.sig.ident {
        params.restore_receiver();
    }
    let returned = Returned::of(&function.sig.output);
    let shape = Unlowered { args, name, sig: &function.sig, params: &params };
    let unknown = Returned::Maybe(Box::new(parse_quote!(_)));
    let shape = match &returned {
        _ if function.sig.asyncness.is_some() => Shape::Async(shape.call(&returned, errors)),
        Returned::Future { boxing, output, .. } => match Tail::find(&function.body.tokens) {
            Some(tail) if tail.before.is_empty() => {
                Shape::Block(shape.call(output, errors), Box::new(tail))
            }
            _ => Shape::Future(shape.call(output, errors), *boxing, returned.hint()),
        },
        _ => match Tail::find(&function.body.tokens) {
            // The type is an alias of a boxed future. What it gives is known only by the alias, so
            // the future is taken as a whole.
            Some(Tail { pin: Some(_), .. }) => {
                Shape::Future(shape.call(&unknown, errors), Boxing::Boxed, returned.hint())
            }
            Some(tail) => {
                let mut call = shape.call(&unknown, errors);
                call.end.probe = false;
                Shape::Block(call, Box::new(tail))
            }
            None => {
                if let Some(boxed) = &shape.args.boxed {
                    errors.at(boxed.key, "`boxed` boxes a future, but this function is not async");
                }
                Shape::Sync(shape.call(&returned, errors))
            }
        },
    };
    with_shadows(function, shape, &params)
}

/// What every shape's call is made from.
struct Unlowered<'a> {
    args: Args,
    name: &'a Ident,
    sig: &'a Signature,
    params: &'a Params,
}

impl Unlowered<'_> {
    fn call(&self, returned: &Returned, errors: &mut Errors) -> Call {
        let Unlowered { args, name, sig, params } = self;
        let private = match &args.krate {
            Some(Keyed { value, .. }) => quote!(#value::__private),
            None => quote!(::lumina::__private),
        };
        let mut keys = Keys::default();
        let entry = entry::lower(args, params, &mut keys, errors);
        let end = outcome::end(args, params, returned, &mut keys, errors);
        let site = site::lower(args, name, &private, keys.into_tokens(), errors);
        Call {
            entry,
            parent: args.parent.as_ref().map(|parent| parent.value.clone()),
            follows_from: args.follows_from.as_ref().map(|follows| follows.value.clone()),
            end,
            events: outcome::events(args, returned, &site, &private, errors),
            hint: hint(returned, sig),
            binding: args.binding.as_ref().map(|binding| binding.value.clone()),
            boxed: args.boxed.is_some(),
            stream: outcome::stream(args, returned, errors),
            shadows: Vec::new(),
            site,
            private,
        }
    }
}

fn hint(returned: &Returned, sig: &Signature) -> Hint {
    let span = match &sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => sig.ident.span(),
    };
    match returned {
        Returned::Never => Hint::Never,
        Returned::Maybe(ty) if matches!(**ty, Type::Infer(_)) => Hint::Unknown,
        _ => Hint::Type(returned.hint(), span),
    }
}

/// Moves the `mut` of parameters to where the body is: a `mut x: &str` that the body reassigns
/// would not live long enough outside.
fn with_shadows(mut function: Function, mut shape: Shape, params: &Params) -> Plan {
    let call = match &mut shape {
        Shape::Async(call) | Shape::Future(call, ..) => call,
        Shape::Sync(call) if call.needs_value() => call,
        Shape::Sync(_) | Shape::Block(..) => return Plan { function, shape },
    };
    for input in &mut function.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let Pat::Ident(pat) = &mut *typed.pat else { continue };
        if let Some(param) = params.get(&pat.ident)
            && param.mutability.is_some()
            && let Some(mutability) = pat.mutability.take()
        {
            let conditions = param.conditions.clone();
            call.shadows.push(Shadow { conditions, mutability, ident: pat.ident.clone() });
        }
    }
    Plan { function, shape }
}
