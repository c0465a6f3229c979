//! A function as an attribute macro receives it: a signature, and a body left as raw tokens.
//!
//! The body is never parsed: one that rustc refuses still expands, and its mistakes keep the spans
//! the user gave them.

mod params;
mod redact;
mod returns;
mod strip;
mod tail;

pub(crate) use params::{Param, Params, Passing, RecordAs};
pub(crate) use redact::{Redact, is_redact};
pub(crate) use returns::{Boxing, Returned};
pub(crate) use strip::strip_helpers;
pub(crate) use tail::{InnerFn, Tail};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Signature, Token, Visibility, token};

#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) braces: token::Brace,
    /// `#![allow(..)]` at the start of the body: they stay first.
    pub(crate) inner_attrs: Vec<Attribute>,
    pub(crate) tokens: TokenStream,
}

impl Body {
    /// The body as a block with the user's braces, without its inner attributes.
    ///
    /// Labelled, because rustc would take the braces of a bare block for the user's mistake
    /// (`unused_braces`). Not spliced into the generated block: there the user's items would come
    /// after statements, and the braces would not have the user's edition.
    pub(crate) fn block(&self) -> TokenStream {
        let label = syn::Lifetime::new("'_lumina_body", Span::mixed_site());
        let mut block = quote!(#label:);
        self.braces.surround(&mut block, |inner| self.tokens.to_tokens(inner));
        block
    }

    fn parse(input: ParseStream<'_>) -> syn::Result<Body> {
        let content;
        let braces = syn::braced!(content in input);
        let inner_attrs = content.call(Attribute::parse_inner)?;
        let tokens = content.parse()?;
        Ok(Body { braces, inner_attrs, tokens })
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Function> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        let defaultness = match input.peek(Token![default]) && !input.peek2(Token![!]) {
            true => Some(input.parse()?),
            false => None,
        };
        refuse_other_items(input)?;
        let sig: Signature = input.parse()?;
        if let Some(constness) = &sig.constness {
            let message = "a `const fn` cannot be traced: a constant evaluation has no clock";
            return Err(syn::Error::new(constness.span(), message));
        }
        if input.peek(Token![;]) {
            let message = format!(
                "`{}` has no body to trace: put `#[traced]` on the implementation",
                sig.ident
            );
            return Err(syn::Error::new(sig.ident.span(), message));
        }
        let body = Body::parse(input)?;
        Ok(Function { attrs, vis, defaultness, sig, body })
    }
}

impl Function {
    /// Writes the function with another body.
    pub(crate) fn with_body(&self, statements: &TokenStream) -> TokenStream {
        let Function { attrs, vis, defaultness, sig, body } = self;
        let mut item = TokenStream::new();
        for attr in attrs {
            attr.to_tokens(&mut item);
        }
        vis.to_tokens(&mut item);
        defaultness.to_tokens(&mut item);
        sig.to_tokens(&mut item);
        body.braces.surround(&mut item, |inner| {
            for attr in &body.inner_attrs {
                attr.to_tokens(inner);
            }
            statements.to_tokens(inner);
        });
        item
    }
}

/// One error for what is no function.
fn refuse_other_items(input: ParseStream<'_>) -> syn::Result<()> {
    let fork = input.fork();
    // OK: `unsafe impl`, `unsafe trait` and `const NAME` begin as functions may.
    let _ = fork.parse::<Option<Token![unsafe]>>();
    let advice = match fork.call(syn::ext::IdentExt::parse_any).ok().map(|i: Ident| i.to_string()) {
        Some(word) => match word.as_str() {
            "impl" | "trait" => "put it on each function of the block",
            "mod" => "put it on each function of the module",
            "struct" | "enum" | "union" | "type" | "static" | "use" | "macro_rules" => {
                "put it on a function"
            }
            "const" if !is_function_after_const(&fork) => "put it on a function",
            _ => return Ok(()),
        },
        None => return Ok(()),
    };
    Err(syn::Error::new(item_span(input), format!("`#[traced]` records calls: {advice}")))
}

fn is_function_after_const(input: ParseStream<'_>) -> bool {
    input.peek(Token![fn])
        || input.peek(Token![async])
        || input.peek(Token![unsafe])
        || input.peek(Token![extern])
}

fn item_span(input: ParseStream<'_>) -> Span {
    input.fork().parse::<Ident>().map_or_else(|_| input.span(), |ident| ident.span())
}
