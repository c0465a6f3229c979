//! A [`Plan`] to the implementation. Cannot fail.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Path};

use super::plan::{Arm, Code, Field, Kind, Plan, RetryAfter, Retryable, Source};
use crate::grammar::duration::Time;
use crate::grammar::secrets::mention;
use crate::grammar::{at, generated, operand, relocated};

/// ```text
/// impl Classify for LlmError {
///     fn kind(&self) -> ErrorKind {
///         match self {
///             Self::Limited { .. } => ErrorKind::RateLimited,
///             Self::Io { 0: source } => classify_inner!(source).kind,
///             _ => ErrorKind::Other,
///         }
///     }
///     ..
/// }
/// ```
///
/// A method that no variant has an answer for is left to the trait.
pub(super) fn expand(plan: &Plan) -> TokenStream {
    let krate = &plan.krate;
    let private = generated!(#krate::__private);
    let core = generated!(#private::core);
    let of = |answer: &dyn Fn(&Arm) -> Option<Answer>| Method::of(plan, answer);
    let kind = of(&|arm| kind(arm, &private)).map(|method| {
        let body = method.body(&generated!(#private::ErrorKind::Other));
        method.function(&generated!(kind), &generated!(#private::ErrorKind), &body)
    });
    let retryable = of(&|arm| retryable(arm, &private)).map(|method| {
        let this = &method.this;
        let by_kind =
            generated!(#private::ErrorKind::is_retryable(#private::Classify::kind(#this)));
        method.function(
            &generated!(retryable),
            &generated!(#core::primitive::bool),
            &method.body(&by_kind),
        )
    });
    let none = generated!(#core::option::Option::None);
    let retry_after = of(&|arm| retry_after(arm, &private)).map(|method| {
        let returns = generated!(#core::option::Option<#core::time::Duration>);
        method.function(&generated!(retry_after), &returns, &method.body(&none))
    });
    let code = of(&|arm| code(arm, &private)).map(|method| {
        let returns = generated!(
            #core::option::Option<#private::std::borrow::Cow<'_, #core::primitive::str>>
        );
        method.function(&generated!(code), &returns, &method.body(&none))
    });
    implementation(plan, &generated!(#kind #retryable #retry_after #code))
}

/// An implementation that says nothing.
pub(super) fn silent(plan: &Plan) -> TokenStream {
    implementation(plan, &TokenStream::new())
}

/// An implementation that nobody asks, as there are no policies: what the user wrote is used, so
/// that it is checked and nothing of it is reported as unused.
pub(super) fn unasked(plan: &Plan) -> TokenStream {
    let krate = &plan.krate;
    let written = Method::of(plan, &|arm| {
        let (written, _) = arm.parts();
        let names: TokenStream = written.iter().map(|expr| expr.to_token_stream()).collect();
        let uses = written.into_iter().map(operand);
        (!names.is_empty()).then(|| Answer {
            value: generated!({ #(let _ = &#uses;)* }),
            names,
            sources: Vec::new(),
        })
    });
    let asked = Method::of(plan, &|arm| {
        let Asked { value, sources, .. } = Asked::of(arm.parts().1?, arm);
        Some(Answer { value: generated!({ let _ = &#value; }), names: TokenStream::new(), sources })
    });
    let Some(method) = written.as_ref().or(asked.as_ref()) else { return silent(plan) };
    let uses = [&written, &asked].into_iter().flatten();
    let uses = uses.map(|uses| uses.body_of(&method.this, &generated!({})));
    let body = generated! {
        if false {
            #(#uses)*
        }
        #krate::ErrorKind::Other
    };
    implementation(plan, &method.function(&generated!(kind), &generated!(#krate::ErrorKind), &body))
}

fn implementation(plan: &Plan, methods: &TokenStream) -> TokenStream {
    let Plan { ident, generics, krate, bounds, .. } = plan;
    let mut generics = generics.clone();
    if !bounds.is_empty() {
        let bounds = bounds.iter().map(|ty| -> syn::WherePredicate {
            let classify = relocated(&generated!(#krate::Classify), ty.span());
            syn::parse_quote!(#ty: #classify)
        });
        generics.make_where_clause().predicates.extend(bounds);
    }
    let (parameters, arguments, conditions) = generics.split_for_impl();
    generated! {
        #[automatically_derived]
        #[allow(non_shorthand_field_patterns, clippy::used_underscore_binding)]
        impl #parameters #krate::Classify for #ident #arguments #conditions {
            #methods
        }
    }
}

/// What one method says of one variant.
#[derive(Default)]
struct Answer {
    value: TokenStream,
    /// The user's tokens in it, which may name fields.
    names: TokenStream,
    /// Fields that our own tokens name: their index, and what they are called.
    sources: Vec<(usize, Ident)>,
}

impl Answer {
    fn known(value: TokenStream) -> Answer {
        Answer { value, ..Answer::default() }
    }

    fn written(value: TokenStream, expr: &Expr) -> Answer {
        Answer { value, names: expr.to_token_stream(), sources: Vec::new() }
    }
}

/// One method: the variants that have an answer of their own.
struct Method<'a> {
    answers: Vec<(&'a Arm, Answer)>,
    /// Whether every variant has.
    complete: bool,
    this: TokenStream,
}

impl<'a> Method<'a> {
    fn of(plan: &'a Plan, answer: &dyn Fn(&'a Arm) -> Option<Answer>) -> Option<Method<'a>> {
        let answers: Vec<_> =
            plan.arms.iter().filter_map(|arm| Some((arm, answer(arm)?))).collect();
        if answers.is_empty() {
            return None;
        }
        let mentioned = |(_, answer): &(&Arm, Answer)| mention(answer.names.clone(), "self");
        let this = answers.iter().find_map(mentioned).unwrap_or_else(Span::mixed_site);
        let this = Ident::new("self", this).into_token_stream();
        Some(Method { complete: answers.len() == plan.arms.len(), answers, this })
    }

    fn body(&self, otherwise: &TokenStream) -> TokenStream {
        self.body_of(&self.this, otherwise)
    }

    fn body_of(&self, this: &TokenStream, otherwise: &TokenStream) -> TokenStream {
        let arms = self.answers.iter().map(|(arm, answer)| {
            let (pattern, value) = (pattern(arm, answer), &answer.value);
            generated!(#pattern => #value,)
        });
        let rest = (!self.complete).then(|| generated!(_ => #otherwise,));
        generated!(match #this { #(#arms)* #rest })
    }

    fn function(
        &self,
        name: &TokenStream,
        returns: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let this = &self.this;
        // `self` as the user's tokens know it is not always `self` as ours do.
        let itself = mention(body.clone(), "__lumina_error")
            .map(|_| generated!(let __lumina_error = #this;));
        generated! {
            fn #name(&#this) -> #returns {
                #itself
                #body
            }
        }
    }
}

/// `Self::Limited { wait: wait, .. }`: the fields that the answer names.
fn pattern(arm: &Arm, answer: &Answer) -> TokenStream {
    let path = match &arm.variant {
        Some(variant) => generated!(Self::#variant),
        None => generated!(Self),
    };
    let named = arm.fields.iter().filter_map(|Field { member, name, .. }| {
        // With the hygiene of the mention, which may have come through a macro.
        let name = binding(name, mention(answer.names.clone(), name)?);
        Some(generated!(#member: #name,))
    });
    let sources = answer.sources.iter().map(|(index, name)| {
        let member = &arm.fields[*index].member;
        generated!(#member: #name,)
    });
    generated!(#path { #(#named)* #(#sources)* .. })
}

/// A name as an identifier, which a keyword is only with `r#`.
fn binding(name: &str, span: Span) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new_raw(name, span),
    }
}

/// A source, as a reference to something that can be asked.
struct Asked {
    value: TokenStream,
    sources: Vec<(usize, Ident)>,
    /// Whether it is made on the spot and cannot be borrowed from.
    made: bool,
    /// Where it stands.
    place: Span,
}

impl Asked {
    fn of(source: &Source, arm: &Arm) -> Asked {
        let name = |index: usize| Ident::new(&format!("__lumina_{index}"), Span::mixed_site());
        match source {
            Source::Field(index) => {
                let name = name(*index);
                let value = name.to_token_stream();
                Asked {
                    value,
                    sources: vec![(*index, name)],
                    made: false,
                    place: arm.fields[*index].place,
                }
            }
            Source::Fields(function) => {
                let sources: Vec<_> =
                    (0..arm.fields.len()).map(|index| (index, name(index))).collect();
                let names = sources.iter().map(|(_, name)| name);
                let value = call(function, &generated!(#(#names),*));
                Asked { value, sources, made: true, place: function.span() }
            }
            Source::Itself(function) => {
                let value = call(function, &generated!(__lumina_error));
                Asked { value, sources: Vec::new(), made: true, place: function.span() }
            }
        }
    }
}

fn call(function: &Path, arguments: &TokenStream) -> TokenStream {
    quote_spanned!(at(function.span())=> #function(#arguments))
}

/// What a source says.
fn asked(source: &Source, arm: &Arm, question: &str, private: &TokenStream) -> Answer {
    let Asked { value, sources, made, place } = Asked::of(source, arm);
    let question = Ident::new(question, Span::mixed_site());
    let private = relocated(private, place);
    let value = match made {
        false => quote_spanned!(at(place)=> #private::classify_inner!(#value).#question),
        true => quote_spanned!(at(place)=> #private::asked(&#value).#question),
    };
    Answer { value, names: TokenStream::new(), sources }
}

fn kind(arm: &Arm, private: &TokenStream) -> Option<Answer> {
    Some(match &arm.kind {
        Kind::Other => return None,
        Kind::Word(variant) => Answer::known(generated!(#private::ErrorKind::#variant)),
        Kind::Value(expr) => {
            let private = relocated(private, expr.span());
            let value = quote_spanned!(at(expr.span())=> #private::SaysKind::says_kind(#expr));
            Answer::written(value, expr)
        }
        Kind::Asked(source) => asked(source, arm, "kind", private),
    })
}

fn retryable(arm: &Arm, private: &TokenStream) -> Option<Answer> {
    Some(match &arm.retryable {
        Retryable::AsKind => return None,
        Retryable::Known(known) => Answer::known(quote!(#known)),
        // A field is bound by reference.
        Retryable::Value(expr @ Expr::Path(_)) => Answer::written(
            generated!(*#private::core::borrow::Borrow::<#private::core::primitive::bool>::borrow(&#expr)),
            expr,
        ),
        Retryable::Value(expr) => Answer::written(expr.to_token_stream(), expr),
        Retryable::Asked(source) => asked(source, arm, "retryable", private),
    })
}

fn retry_after(arm: &Arm, private: &TokenStream) -> Option<Answer> {
    let some = |time: &Time| {
        let time = time.tokens(private);
        generated!(#private::core::option::Option::Some(#time))
    };
    Some(match &arm.retry_after {
        RetryAfter::Never => return None,
        RetryAfter::Known(time) => Answer::known(some(time)),
        RetryAfter::Value(expr) => {
            let private = relocated(private, expr.span());
            let value = quote_spanned! {at(expr.span())=>
                #private::SaysRetryAfter::says_retry_after(#expr)
            };
            Answer::written(value, expr)
        }
        RetryAfter::Asked(source) => asked(source, arm, "retry_after", private),
    })
}

fn code(arm: &Arm, private: &TokenStream) -> Option<Answer> {
    Some(match &arm.code {
        Code::Nothing => return None,
        Code::Known(text) => Answer::known(generated! {
            #private::core::option::Option::Some(#private::std::borrow::Cow::Borrowed(#text))
        }),
        Code::Value(expr) => {
            let private = relocated(private, expr.span());
            let value = quote_spanned!(at(expr.span())=> #private::SaysCode::says_code(#expr));
            Answer::written(value, expr)
        }
        Code::Asked(source) => asked(source, arm, "code", private),
    })
}
