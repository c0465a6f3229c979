//! `#[traced]`: each call of a function is a span.
//!
//! ```text
//! tokens -> parse: Args -> lower: Plan -> expand: tokens
//! ```

mod args;
mod async_trait;
mod expand;
mod lower;
mod parse;
mod plan;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::errors::{Errors, report};
use crate::function::{Function, InnerFn, Params, strip_helpers};
use crate::policy;

/// The item with its calls recorded, or the mistakes and the item as it was.
pub(crate) fn traced(args: TokenStream, item: TokenStream) -> TokenStream {
    match try_traced(args, item.clone()) {
        Ok(expanded) => expanded,
        Err(error) => report(&error, &strip_helpers(item)),
    }
}

/// The original item; only the grammar of the arguments is checked.
///
/// One thing is added where it is asked for: the name of `span = name`, which the body uses.
pub(crate) fn disabled(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut args = parse::parse(args, &mut errors);
    if let Ok(mut function) = syn::parse2::<Function>(item.clone()) {
        policy::take(&mut function.attrs, &mut args.policies, &mut errors);
    }
    if let Some((kind, span)) = args.policies.first() {
        errors.at(span, policy::needs_enable(kind));
    }
    let item = strip_helpers(item);
    let bound = args.binding.and_then(|binding| {
        let function = errors.catch(syn::parse2::<Function>(item.clone()))?;
        let krate =
            args.krate.map_or_else(|| quote!(::lumina), |path| path.value.to_token_stream());
        let (name, block) = (binding.value, function.body.block());
        Some(function.with_body(&quote!(let #name = #krate::Context::current(); #block)))
    });
    match errors.into_result() {
        Ok(()) => bound.unwrap_or(item),
        Err(error) => report(&error, &item),
    }
}

fn try_traced(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let function: syn::Result<Function> = syn::parse2(item);
    if let Ok(outer) = &function
        && let Some(inner) = async_trait::inner(outer)
    {
        return expand_inner(args, outer, inner);
    }
    let mut errors = Errors::default();
    let mut args = parse::parse(args, &mut errors);
    let plan = errors.catch(function).map(|mut function| {
        policy::take(&mut function.attrs, &mut args.policies, &mut errors);
        let name = function.sig.ident.clone();
        lower::lower(args, function, &name, &mut errors)
    });
    errors.into_result()?;
    // OK: without a plan there was an error.
    Ok(plan.map(expand::expand).unwrap_or_default())
}

/// The function whose call is an async function inside its body.
fn expand_inner(args: TokenStream, outer: &Function, inner: InnerFn) -> syn::Result<TokenStream> {
    let InnerFn { before, mut function, after } = inner;
    let mut errors = Errors::default();
    let args = async_trait::renamed(args, &function.sig);
    let mut args = parse::parse(args, &mut errors);
    async_trait::restore_keys(&mut args);
    async_trait::hand_down_redact(&outer.sig, &mut function.sig);
    let mut outer = outer.clone();
    async_trait::rename_policies(&mut outer.attrs, &function.sig);
    policy::take(&mut outer.attrs, &mut args.policies, &mut errors);
    let plan = lower::lower(args, function, &outer.sig.ident, &mut errors);
    errors.into_result()?;
    let function = expand::expand(plan);
    Params::take(&mut outer.sig, &mut Errors::default());
    Ok(outer.with_body(&quote!(#before #function #after)))
}
