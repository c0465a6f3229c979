//! The statement that starts the span.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use super::value;
use crate::grammar::{at, generated};
use crate::traced::plan::{Call, Entry, Recorded, Site};

pub(super) fn sync(call: &Call) -> TokenStream {
    let span = span(call, &generated!(SyncSpan), &generated!(enter), &generated!(enter_with));
    let allow = allow(call);
    generated!(#allow let __lumina_span = #span;)
}

pub(super) fn asynchronous(call: &Call) -> TokenStream {
    let span = span(call, &generated!(AsyncSpan), &generated!(start), &generated!(start_with));
    let allow = allow(call);
    generated!(#allow let __lumina_span = #span;)
}

/// An asynchronous span that is entered before it is given away.
pub(super) fn reused(call: &Call) -> TokenStream {
    let span = span(call, &generated!(AsyncSpan), &generated!(start), &generated!(start_with));
    let allow = allow(call);
    generated!(#allow let mut __lumina_span = #span;)
}

/// To record `_name` is to use it, which the user did not write.
pub(super) fn allow(call: &Call) -> Option<TokenStream> {
    let underscored = call.entry.iter().any(|entry| match &entry.value {
        Recorded::Value { expr: Expr::Path(path), .. } => {
            path.path.get_ident().is_some_and(|ident| ident.to_string().starts_with('_'))
        }
        Recorded::RedactedBy { parameter, .. } => parameter.to_string().starts_with('_'),
        _ => false,
    });
    underscored.then(|| generated!(#[allow(clippy::used_underscore_binding)]))
}

/// ```text
/// {
///     static SITE: Site = Site::new(&SITE, "f", ..);
///     listed!(Listed::function(&SITE, &[]));
///     if SITE.is_off() { SyncSpan::off() } else { SyncSpan::enter(&SITE, &[a, b]) }
/// }
/// ```
///
/// While the site is off, no attribute is evaluated.
fn span(call: &Call, ty: &TokenStream, plain: &TokenStream, with: &TokenStream) -> TokenStream {
    let site = site(&call.site, &call.private);
    let listed = listed(call);
    let started = started(call, ty, plain, with);
    generated!({ #site #listed #started })
}

/// Adds the function to the inventory, before it is ever called.
pub(super) fn listed(call: &Call) -> TokenStream {
    let private = &call.private;
    let redacted = call.redacted();
    let policies = call.policies.is_some().then(|| generated!(.with_policies(&__LUMINA_PLAN)));
    generated! {
        #private::listed!(
            #private::Listed::function(&__LUMINA_SITE, &[#(#redacted),*]) #policies
        );
    }
}

/// The span of a call with policies, whose site is beside its plan.
pub(super) fn operation(call: &Call) -> TokenStream {
    started(call, &generated!(AsyncSpan), &generated!(start), &generated!(start_with))
}

fn started(call: &Call, ty: &TokenStream, plain: &TokenStream, with: &TokenStream) -> TokenStream {
    let private = &call.private;
    let entry = call.entry.iter().map(|entry| argument(entry, private));
    let entry = generated!(&[#(#entry),*]);
    let recorded = if call.parent.is_none() && call.follows_from.is_none() {
        generated!(#private::#ty::#plain(&__LUMINA_SITE, #entry))
    } else {
        let (follows, extra) = extra(call);
        generated! {
            #follows
            #private::#ty::#with(&__LUMINA_SITE, #entry, #extra)
        }
    };
    generated! {
        if __LUMINA_SITE.is_off() {
            #private::#ty::off()
        } else {
            #recorded
        }
    }
}

pub(super) fn site(site: &Site, private: &TokenStream) -> TokenStream {
    let Site { name, target, level, keys, kind, operation } = site;
    generated! {
        static __LUMINA_SITE: #private::Site = #private::Site::new(
            &__LUMINA_SITE,
            #name,
            #target,
            #level,
            #private::core::file!(),
            #private::core::line!(),
            #private::core::module_path!(),
            &[#(#keys),*],
            #private::SpanKind::#kind,
            #private::Operation::#operation,
        );
    }
}

/// One value; where its parameters do not exist, its place is kept empty.
fn argument(entry: &Entry, private: &TokenStream) -> TokenStream {
    let value = value::recorded(&entry.value, private);
    let conditions = &entry.conditions;
    if conditions.is_empty() {
        return value;
    }
    generated! {
        #[cfg(all(#(#conditions),*))]
        #value,
        #[cfg(not(all(#(#conditions),*)))]
        #private::Arg::Empty
    }
}

/// A statement for `follows_from`, and the `Extra` with both.
fn extra(call: &Call) -> (TokenStream, TokenStream) {
    let private = &call.private;
    let probe = generated!(#private::ParentProbe::new);
    // Decided by the type, among traits: see `ParentProbe`.
    let probed = |value: &TokenStream| {
        generated! {{
            #[allow(unused_imports)]
            use #private::{ByIntoId as _, ByIntoParent as _, ByNothing as _};
            (&&&#value).parent()
        }}
    };
    let parent = match &call.parent {
        None => generated!(#private::core::option::Option::None),
        // OK: a bare `None` has no type of its own.
        Some(Expr::Path(path)) if path.path.is_ident("None") => {
            generated!(#private::core::option::Option::Some(#private::Parent::Root))
        }
        Some(parent) => {
            let parent = probed(&value::spanned_call(&probe, parent));
            generated!(#private::core::option::Option::Some(#parent))
        }
    };
    match &call.follows_from {
        None => (
            TokenStream::new(),
            generated!(#private::Extra { parent: #parent, links: &[], link_ids: &[] }),
        ),
        Some(spans) => {
            let probed = probed(&quote_spanned!(at(spans.span())=> #probe(__lumina_cause)));
            let follows = quote_spanned! {at(spans.span())=>
                let mut __lumina_follows =
                    <#private::Follows as #private::core::default::Default>::default();
                for __lumina_cause in #spans {
                    __lumina_follows.push(#probed);
                }
            };
            let extra = generated! {
                #private::Extra {
                    parent: #parent,
                    links: &__lumina_follows.links,
                    link_ids: &__lumina_follows.ids,
                }
            };
            (follows, extra)
        }
    }
}
