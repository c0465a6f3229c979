//! `#[retry]` and its siblings as attributes that rustc calls: only when one stands outside of
//! `#[traced]`, which otherwise takes it first.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::args::{Kind, PolicyArgs};
use super::parse::parse;
use super::siblings::helper_name;
use crate::errors::Errors;

/// Moves the attribute, and its like that stand before a `traced`, beneath it; adds a `traced` where
/// there is none.
///
/// All at once, in their order: of several fallbacks the first is tried first.
pub(crate) fn alone(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let (attributes, rest) = split(item);
    let own = rewritten(kind, args);
    let Some(at) = attributes.iter().position(|attribute| is(attribute, "traced")) else {
        // The span of the attribute: a function that cannot be traced is reported there.
        let traced = quote_spanned!(Span::call_site()=> #[::lumina::traced]);
        return quote!(#traced #own #(# #attributes)* #rest);
    };
    let (before, after) = attributes.split_at(at);
    let (policies, others): (Vec<_>, Vec<_>) = before.iter().partition(|attribute| {
        helper_name(attribute.stream()).is_some_and(|name| Kind::of(&name).is_some())
    });
    let (traced, after) = (&after[0], &after[1..]);
    quote!(#(# #others)* # #traced #own #(# #policies)* #(# #after)* #rest)
}

/// An error, and the item as it is: a policy that does nothing would change what a program does,
/// not only what is recorded of it.
pub(crate) fn disabled(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    parse(kind, Span::call_site(), args, &mut PolicyArgs::default(), &mut errors);
    errors.at(Span::call_site(), needs_enable(kind));
    let errors = errors.into_result().err().map(|error| error.to_compile_error());
    quote!(#errors #item)
}

/// What is wrong with a policy while nothing of the runtime is linked.
pub(crate) fn needs_enable(kind: Kind) -> String {
    let kind = kind.name();
    format!(
        "`{kind}` needs lumina's feature `enable`, without which it would do nothing; a library \
         with policies asks for the feature itself"
    )
}

fn rewritten(kind: Kind, args: TokenStream) -> TokenStream {
    let name = syn::Ident::new(kind.name(), Span::call_site());
    match args.is_empty() {
        true => quote_spanned!(Span::call_site()=> #[#name]),
        false => quote_spanned!(Span::call_site()=> #[#name(#args)]),
    }
}

/// The brackets of the leading attributes, and what follows.
fn split(item: TokenStream) -> (Vec<Group>, TokenStream) {
    let mut attributes = Vec::new();
    let mut tokens = item.into_iter().peekable();
    while tokens
        .next_if(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == '#'))
        .is_some()
    {
        match tokens.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                attributes.push(group);
            }
            // OK: rustc gives no item with a lone `#`; were there one, nothing is lost.
            other => return (attributes, quote!(# #other).into_iter().chain(tokens).collect()),
        }
    }
    (attributes, tokens.collect())
}

fn is(attribute: &Group, name: &str) -> bool {
    helper_name(attribute.stream()).is_some_and(|found| found == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(args: TokenStream, item: TokenStream) -> String {
        alone(Kind::Fallback, args, item).to_string()
    }

    #[test]
    fn every_policy_before_traced_goes_beneath_it_in_order() {
        let item = quote! {
            #[doc = "d"] #[lumina::retry(max = 2)] #[fallback(b)] #[lumina::traced] #[fallback(c)] fn f() {}
        };
        let expected = quote! {
            #[doc = "d"] #[lumina::traced] #[fallback(a)] #[lumina::retry(max = 2)] #[fallback(b)] #[fallback(c)] fn f() {}
        };
        assert_eq!(moved(quote!(a), item), expected.to_string());
    }

    #[test]
    fn a_policy_alone_adds_traced() {
        let expected = quote!(
            #[::lumina::traced]
            #[fallback(a)]
            #[retry]
            fn f() {}
        );
        assert_eq!(
            moved(
                quote!(a),
                quote!(
                    #[retry]
                    fn f() {}
                )
            ),
            expected.to_string()
        );
    }

    #[test]
    fn attributes_of_others_stay_where_they_are() {
        let item = quote!(
            #[rstest::timeout(1)]
            #[traced]
            fn f() {}
        );
        let expected = quote!(
            #[rstest::timeout(1)]
            #[traced]
            #[fallback(a)]
            fn f() {}
        );
        assert_eq!(moved(quote!(a), item), expected.to_string());
    }
}
