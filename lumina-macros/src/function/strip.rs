//! Taking helper attributes away from items that are handed back.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::redact::is_ident;
use crate::policy::{Kind, helper_name};

/// Takes the attributes that only `traced` understands out of the head of an item that need not
/// parse: `#[redact]` on parameters, policies on the function.
///
/// Works on tokens: it also serves items whose attribute or signature is wrong, which are handed
/// back as they are, and builds in which tracing is compiled out.
pub(crate) fn strip_helpers(item: TokenStream) -> TokenStream {
    let mut in_signature = false;
    let mut kept = TokenStream::new();
    let mut tokens = without_helpers(item).into_iter().peekable();
    while let Some(token) = tokens.next() {
        in_signature |= is_ident(&token, "fn");
        let token = match token {
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Parenthesis if in_signature => {
                    regroup(&group, without_helpers(group.stream())).into()
                }
                Delimiter::None => regroup(&group, strip_helpers(group.stream())).into(),
                // The body.
                Delimiter::Brace => {
                    kept.extend([TokenTree::Group(group)]);
                    kept.extend(tokens);
                    return kept;
                }
                _ => group.into(),
            },
            other => other,
        };
        kept.extend([token]);
    }
    kept
}

fn without_helpers(tokens: TokenStream) -> TokenStream {
    let mut kept = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if hash && tokens.next_if(is_helper).is_some() {
            continue;
        }
        kept.extend([token]);
    }
    kept
}

fn is_helper(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    group.delimiter() == Delimiter::Bracket
        && helper_name(group.stream())
            .is_some_and(|name| name == "redact" || Kind::of(&name).is_some())
}

fn regroup(old: &Group, stream: TokenStream) -> Group {
    let mut group = Group::new(old.delimiter(), stream);
    group.set_span(old.span());
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn stripped(item: TokenStream) -> String {
        strip_helpers(item).to_string()
    }

    #[test]
    fn every_form_leaves_the_head() {
        let item = quote! {
            #[retry] #[doc = "d"] #[lumina::timeout("1s" oops)]
            fn f(#[redact] a: A, #[redact(pii)] #[cfg(x)] b: B, #[lumina::redact(with = f)] c: C) {}
        };
        assert_eq!(
            stripped(item),
            quote!(
                #[doc = "d"]
                fn f(a: A, #[cfg(x)] b: B, c: C) {}
            )
            .to_string()
        );
    }

    #[test]
    fn bodies_and_foreign_attributes_stay() {
        let item = quote! {
            #[redact_all] #[rstest::timeout(1)] fn f(#[redactor] a: A) { fn g(#[redact] b: B) {} }
        };
        assert_eq!(stripped(item.clone()), item.to_string());
    }
}
