//! The last expression of a body, where it is an async block or a call of an inner async function.
//!
//! That is how `async-trait` and hand-written trait methods spell an `async fn`. Found by tokens,
//! so that a body which does not parse is no obstacle.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::{Attribute, Ident, Token, token};

use super::{Body, Function};

/// `before` and then `async move { block }`, bare or as `Box::pin(async move { block })`.
pub(crate) struct Tail {
    pub(crate) before: TokenStream,
    /// The path `Box::pin` and its parentheses, if the block is pinned.
    pub(crate) pin: Option<(TokenStream, Group)>,
    /// Attributes of the block, `async`, and `move` where written.
    pub(crate) head: TokenStream,
    pub(crate) capture: Option<Token![move]>,
    pub(crate) body: Body,
}

impl Tail {
    pub(crate) fn find(body: &TokenStream) -> Option<Tail> {
        let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
        let (last, rest) = tokens.split_last()?;
        let TokenTree::Group(group) = last else { return None };
        match group.delimiter() {
            Delimiter::Brace => {
                let (before, block) = AsyncBlock::split(rest, group)?;
                Some(block.tail(before, None))
            }
            Delimiter::Parenthesis => {
                let (before, path) = split_box_pin(rest)?;
                let mut inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if inner.last().is_some_and(|token| is_punct(token, ',')) {
                    inner.pop();
                }
                let (last, rest) = inner.split_last()?;
                let TokenTree::Group(braces) = last else { return None };
                let (nothing, block) = AsyncBlock::split(rest, braces)?;
                nothing.is_empty().then(|| block.tail(before, Some((path, group.clone()))))
            }
            _ => None,
        }
    }

    /// Writes the statements with another block in the place of the found one.
    pub(crate) fn with_block(&self, statements: &TokenStream) -> TokenStream {
        let mut block = self.head.clone();
        self.body.braces.surround(&mut block, |inner| {
            self.body.inner_attrs.iter().for_each(|attr| attr.to_tokens(inner));
            statements.to_tokens(inner);
        });
        let mut out = self.before.clone();
        match &self.pin {
            None => out.extend(block),
            Some((path, parentheses)) => {
                out.extend(path.clone());
                let mut group = Group::new(Delimiter::Parenthesis, block);
                group.set_span(parentheses.span());
                out.extend([TokenTree::Group(group)]);
            }
        }
        out
    }
}

struct AsyncBlock {
    head: TokenStream,
    capture: Option<Token![move]>,
    body: Body,
}

impl AsyncBlock {
    /// `rest` as what stands before `#[..] async move`, which stands before `braces`.
    fn split(rest: &[TokenTree], braces: &Group) -> Option<(TokenStream, AsyncBlock)> {
        let mut at = rest.len();
        let capture = rest.last().filter(|token| is_ident(token, "move")).map(|token| {
            at -= 1;
            Token![move](token.span())
        });
        at = at.checked_sub(1).filter(|at| is_ident(&rest[*at], "async"))?;
        while at >= 2 && is_punct(&rest[at - 2], '#') && is_group(&rest[at - 1], Delimiter::Bracket)
        {
            at -= 2;
        }
        if !starts_statement(&rest[..at]) {
            return None;
        }
        let parse = |input: syn::parse::ParseStream<'_>| {
            Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?))
        };
        let (inner_attrs, tokens) = parse.parse2(braces.stream()).ok()?;
        let body = Body { braces: token::Brace(braces.span()), inner_attrs, tokens };
        let head = rest[at..].iter().cloned().collect();
        Some((rest[..at].iter().cloned().collect(), AsyncBlock { head, capture, body }))
    }

    fn tail(self, before: TokenStream, pin: Option<(TokenStream, Group)>) -> Tail {
        Tail { before, pin, head: self.head, capture: self.capture, body: self.body }
    }
}

/// An `async fn` inside the body whose call is the last expression: async-trait up to 0.1.43.
pub(crate) struct InnerFn {
    pub(crate) before: TokenStream,
    pub(crate) function: Function,
    pub(crate) after: TokenStream,
}

impl InnerFn {
    pub(crate) fn find(body: &TokenStream) -> Option<InnerFn> {
        let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
        let (TokenTree::Group(arguments), rest) = tokens.split_last()? else { return None };
        if arguments.delimiter() != Delimiter::Parenthesis {
            return None;
        }
        split_box_pin(rest)?;
        let called = called_function(&arguments.stream())?;
        let position = tokens.windows(3).position(|three| {
            is_ident(&three[0], "async")
                && is_ident(&three[1], "fn")
                && is_ident(&three[2], &called)
        })?;
        let end =
            position + tokens[position..].iter().position(|t| is_group(t, Delimiter::Brace))?;
        let start = attributes_before(&tokens, position);
        let collect = |part: &[TokenTree]| part.iter().cloned().collect::<TokenStream>();
        let function = syn::parse2(collect(&tokens[start..=end])).ok()?;
        Some(InnerFn {
            before: collect(&tokens[..start]),
            function,
            after: collect(&tokens[end + 1..]),
        })
    }
}

/// `name` of `name(..)` or `name::<T>(..)`.
fn called_function(call: &TokenStream) -> Option<String> {
    let call: syn::ExprCall = syn::parse2(call.clone()).ok()?;
    let syn::Expr::Path(function) = &*call.func else { return None };
    let ident: &Ident = &function.path.segments.last()?.ident;
    (function.path.segments.len() == 1).then(|| ident.to_string())
}

fn attributes_before(tokens: &[TokenTree], mut at: usize) -> usize {
    while at >= 2 && is_punct(&tokens[at - 2], '#') && is_group(&tokens[at - 1], Delimiter::Bracket)
    {
        at -= 2;
    }
    at
}

/// `before` and the path of `before Box::pin`, if that is how `tokens` end.
fn split_box_pin(tokens: &[TokenTree]) -> Option<(TokenStream, TokenStream)> {
    let is_colons = |at: usize| is_punct(&tokens[at - 2], ':') && is_punct(&tokens[at - 1], ':');
    let mut at = tokens.len().checked_sub(4)?;
    if !is_ident(&tokens[at], "Box") || !is_colons(at + 3) || !is_ident(tokens.last()?, "pin") {
        return None;
    }
    while at >= 2 && is_colons(at) {
        at -= 2;
        if at >= 1 && matches!(&tokens[at - 1], TokenTree::Ident(_)) {
            at -= 1;
        }
    }
    if !starts_statement(&tokens[..at]) {
        return None;
    }
    let collect = |part: &[TokenTree]| part.iter().cloned().collect();
    Some((collect(&tokens[..at]), collect(&tokens[at..])))
}

/// Whether what follows `before` is an expression of its own, not an operand or a closure's body.
fn starts_statement(before: &[TokenTree]) -> bool {
    match before.last() {
        None => true,
        Some(token) => is_punct(token, ';') || is_group(token, Delimiter::Brace),
    }
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

fn is_punct(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == punct)
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn found(body: TokenStream) -> Option<String> {
        let tail = Tail::find(&body)?;
        Some(format!("{} / {}", tail.before, tail.body.tokens))
    }

    #[test]
    fn async_blocks_in_tail_position_are_found() {
        assert_eq!(found(quote!(async move { 1 })).as_deref(), Some(" / 1"));
        assert_eq!(found(quote!(let a = 1; async { a })).as_deref(), Some("let a = 1 ; / a"));
        assert_eq!(
            found(quote!(if x {} #[allow(y)] async move { 1 })).as_deref(),
            Some("if x { } / 1")
        );
        assert_eq!(found(quote!(Box::pin(async move { 1 },))).as_deref(), Some(" / 1"));
        assert_eq!(
            found(quote!(let a = 1; ::std::boxed::Box::pin(async move { 1 }))).as_deref(),
            Some("let a = 1 ; / 1")
        );
    }

    #[test]
    fn async_blocks_elsewhere_are_left_alone() {
        assert!(found(quote!(|| async move { 1 })).is_none());
        assert!(found(quote!(x = async move { 1 })).is_none());
        assert!(found(quote!(return Box::pin(async move { 1 }))).is_none());
        assert!(found(quote!(spawn(async move { 1 }))).is_none());
        assert!(found(quote!(async move { 1 };)).is_none());
        assert!(found(quote!(Box::pin(f(async move { 1 })))).is_none());
        assert!(found(quote!(x.await { 1 })).is_none());
    }

    #[test]
    fn a_found_block_is_written_back_in_place() {
        let body = quote!(a(); Box::pin(#[b] async move { 1 }));
        let tail = Tail::find(&body).expect("a tail");
        let written = tail.with_block(&quote!(2)).to_string();
        assert_eq!(written, quote!(a(); Box::pin(#[b] async move { 2 })).to_string());
    }

    #[test]
    fn the_inner_function_of_old_async_trait_is_found() {
        let body = quote! {
            #[allow(x)]
            async fn run<T>(_self: &S, t: T) -> u8 { 1 }
            Box::pin(run::<T>(self, t))
        };
        let inner = InnerFn::find(&body).expect("an inner function");
        assert_eq!(inner.function.sig.ident, "run");
        assert!(inner.before.is_empty());
        assert_eq!(inner.after.to_string(), quote!(Box::pin(run::<T>(self, t))).to_string());
        assert!(InnerFn::find(&quote!(Box::pin(other(self)))).is_none());
    }
}
