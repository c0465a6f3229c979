//! [`Args`] and a function to a [`Plan`]: fills in defaults and reports every mistake, each at its
//! own token.

mod entry;
mod outcome;
mod site;
mod value;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Pat, ReturnType, Signature, Type, parse_quote};

use super::args::Args;
use super::plan::{Call, Hint, Plan, Shadow, Shape};
use crate::errors::Errors;
use crate::function::{Boxing, Function, Params, Returned, Tail, is_redact};
use crate::grammar::{Keyed, string_literal};
use crate::policy::{self, Form, Subject};
use entry::Keys;

/// Why a function whose future hides behind an alias has no policies.
const UNSEEN: &str = "needs to see what the future gives: \
                      return `Pin<Box<dyn Future<Output = Result<..>>>>`, or write an `async fn`";

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
    let body = &function.body.tokens;
    let shape = Unlowered { args, name, sig: &function.sig, params: &params };
    let unknown = Returned::Maybe(Box::new(parse_quote!(_)));
    let shape = match &returned {
        _ if function.sig.asyncness.is_some() => {
            Shape::Async(shape.guarded(&returned, Form::Async, body, errors))
        }
        Returned::Future { boxing, output, .. } => match Tail::find(&function.body.tokens) {
            Some(tail) if tail.before.is_empty() => {
                let call = shape.guarded(output, Form::Block, &tail.body.tokens, errors);
                Shape::Block(call, Box::new(tail))
            }
            _ if shape.args.stream.is_some() => {
                let mut call = shape.call(output, errors);
                shape.time_stream(&mut call, errors);
                Shape::Future(call, *boxing, returned.hint())
            }
            _ => {
                shape.refuse_policies(
                    "runs the body for each attempt, but this future is made elsewhere: \
                     write an `async fn`, or end the body in an `async` block",
                    errors,
                );
                Shape::Future(shape.call(output, errors), *boxing, returned.hint())
            }
        },
        _ => match Tail::find(&function.body.tokens) {
            // The type is an alias of a boxed future. What it gives is known only by the alias, so
            // the future is taken as a whole.
            Some(Tail { pin: Some(_), .. }) => {
                shape.refuse_policies(UNSEEN, errors);
                Shape::Future(shape.call(&unknown, errors), Boxing::Boxed, returned.hint())
            }
            Some(tail) => {
                shape.refuse_policies(UNSEEN, errors);
                let mut call = shape.call(&unknown, errors);
                call.end.probe = false;
                Shape::Block(call, Box::new(tail))
            }
            None => {
                if let Some(boxed) = &shape.args.boxed {
                    errors.at(boxed.key, "`boxed` boxes a future, but this function is not async");
                }
                Shape::Sync(shape.guarded(&returned, Form::Sync, body, errors))
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
    /// The call with its policies, of which each attempt runs `body`.
    fn guarded(
        &self,
        returned: &Returned,
        form: Form,
        body: &TokenStream,
        errors: &mut Errors,
    ) -> Call {
        let mut call = self.call(returned, errors);
        let Unlowered { args, name, sig, params } = self;
        if args.stream.is_some() {
            self.time_stream(&mut call, errors);
            return call;
        }
        let given = args.name.as_ref().and_then(|name| string_literal(&name.value));
        let name = given.map_or_else(|| name.unraw().to_string(), syn::LitStr::value);
        let subject = Subject { name, sig, params, body, returned, form };
        call.policies = policy::lower(&args.policies, &subject, errors);
        call
    }

    /// Gives a stream its limits of time, the only policy that it may have.
    fn time_stream(&self, call: &mut Call, errors: &mut Errors) {
        let times = policy::lower_stream(&self.args.policies, errors);
        if let Some(stream) = &mut call.stream {
            stream.times = times;
        }
    }

    fn refuse_policies(&self, why: &str, errors: &mut Errors) {
        if let Some((kind, key)) = self.args.policies.first() {
            errors.at(key, format!("`{}` {why}", kind.name()));
        }
    }

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
            policies: None,
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
    if let Some(policies) = shape.policies() {
        policy::take_mut(&mut function.sig, &policies.body);
        return Plan { function, shape };
    }
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
