//! [`Declared`] to a [`Plan`]: fills in the defaults of the type and reports every mistake, each at
//! its own token.

mod value;

use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Type};

use super::args::{Args, Declared};
use super::plan::{Arm, Code, Field, Kind, Plan, RetryAfter, Retryable, Source};
use crate::errors::Errors;
use crate::grammar::secrets::mention;
use value::Scope;

pub(super) fn lower(input: &DeriveInput, declared: Declared, errors: &mut Errors) -> Plan {
    let Declared { of_type, variants, unfit } = declared;
    if let Some(union_token) = unfit {
        errors.at(union_token, "`Classify` is derived for enums and structs, not for unions");
    }
    let krate = match &of_type.krate {
        Some(krate) => krate.value.to_token_stream(),
        None => quote!(::lumina),
    };
    let mut bounds = Bounds { input, types: Vec::new() };
    let arms = match &input.data {
        Data::Struct(data) => {
            let scope = Scope { holder: &input.ident, variant: None, fields: fields(&data.fields) };
            let answers = Answers::of(&of_type, &scope, &data.fields, &mut bounds, errors);
            vec![answers.arm(scope)]
        }
        Data::Enum(data) => {
            if let Some(transparent) = &of_type.transparent {
                let message = "`transparent` hands on to a field: write it on the variant";
                errors.at(transparent.key, message);
            }
            let of_type = Args { transparent: None, ..of_type };
            let scope = Scope { holder: &input.ident, variant: None, fields: Vec::new() };
            let default = Answers::of(&of_type, &scope, &Fields::Unit, &mut bounds, errors);
            let variants = data.variants.iter().zip(&variants).map(|(variant, args)| {
                refuse_crate(args, errors);
                let fields = fields(&variant.fields);
                let scope = Scope { holder: &variant.ident, variant: Some(&variant.ident), fields };
                let own = Answers::of(args, &scope, &variant.fields, &mut bounds, errors);
                own.or(default.clone()).arm(scope)
            });
            variants.collect()
        }
        Data::Union(_) => Vec::new(),
    };
    let (ident, generics) = (input.ident.clone(), input.generics.clone());
    Plan { ident, generics, krate, arms, bounds: bounds.types }
}

fn refuse_crate(args: &Args, errors: &mut Errors) {
    if let Some(krate) = &args.krate {
        errors.at(krate.key, "`crate` is the same for all variants: write it on the enum");
    }
}

fn fields(fields: &Fields) -> Vec<Field> {
    let named = |(index, field): (usize, &syn::Field)| {
        let (member, name) = match &field.ident {
            Some(ident) => (ident.to_token_stream(), ident.unraw().to_string()),
            None => (syn::Index::from(index).to_token_stream(), format!("_{index}")),
        };
        Field { member, name, place: field.ty.span() }
    };
    fields.iter().enumerate().map(named).collect()
}

/// Collects the types that must be classified themselves.
struct Bounds<'a> {
    input: &'a DeriveInput,
    types: Vec<Type>,
}

impl Bounds<'_> {
    fn add(&mut self, ty: &Type) {
        let mut params = self.input.generics.type_params();
        let is_generic =
            params.any(|param| mention(ty.to_token_stream(), &param.ident.to_string()).is_some());
        // OK to require the same twice, for `E` and for `E`.
        if is_generic {
            self.types.push(ty.clone());
        }
    }
}

/// What one type or variant says; `None` where it is silent.
#[derive(Clone)]
struct Answers {
    kind: Option<Kind>,
    retryable: Option<Retryable>,
    retry_after: Option<RetryAfter>,
    code: Option<Code>,
}

impl Answers {
    fn of(
        args: &Args,
        scope: &Scope<'_>,
        fields: &Fields,
        bounds: &mut Bounds<'_>,
        errors: &mut Errors,
    ) -> Answers {
        refuse_contradictions(args, errors);
        let source = source(args, scope, fields, bounds, errors);
        let kind = args.kind.as_ref().map(|kind| value::kind(&kind.value, scope, errors));
        let flag = match (&args.retryable, &args.permanent) {
            (Some(retryable), _) => Some(match &retryable.value {
                Some(condition) => value::condition(condition, scope, errors),
                None => Retryable::Known(true),
            }),
            (None, Some(_)) => Some(Retryable::Known(false)),
            (None, None) => None,
        };
        let by_kind = kind.is_some().then_some(Retryable::AsKind);
        let asked = |source: &Source| Retryable::Asked(source.clone());
        let never = args.permanent.is_some().then_some(RetryAfter::Never);
        let retry_after = args.retry_after.as_ref();
        let code = args.code.as_ref().map(|code| value::code(&code.value, scope, errors));
        Answers {
            kind: kind.or_else(|| source.clone().map(Kind::Asked)),
            retryable: flag.or(by_kind).or_else(|| source.as_ref().map(asked)),
            retry_after: retry_after
                .map(|hint| value::retry_after(hint, scope, errors))
                .or(never)
                .or_else(|| source.clone().map(RetryAfter::Asked)),
            code: code.or_else(|| source.map(Code::Asked)),
        }
    }

    /// What is nearer wins, answer by answer.
    fn or(self, default: Answers) -> Answers {
        Answers {
            kind: self.kind.or(default.kind),
            retryable: self.retryable.or(default.retryable),
            retry_after: self.retry_after.or(default.retry_after),
            code: self.code.or(default.code),
        }
    }

    fn arm(self, scope: Scope<'_>) -> Arm {
        Arm {
            variant: scope.variant.cloned(),
            fields: scope.fields,
            kind: self.kind.unwrap_or(Kind::Other),
            retryable: self.retryable.unwrap_or(Retryable::AsKind),
            retry_after: self.retry_after.unwrap_or(RetryAfter::Never),
            code: self.code.unwrap_or(Code::Nothing),
        }
    }
}

fn refuse_contradictions(args: &Args, errors: &mut Errors) {
    if let (Some(_), Some(permanent)) = (&args.retryable, &args.permanent) {
        errors.at(permanent.key, "an error is either `retryable` or `permanent`; keep one");
    }
    if let (Some(_), Some(with)) = (&args.transparent, &args.with) {
        errors.at(with.key, "`transparent` and `with` both answer for the error; keep one");
    }
    if let (Some(_), Some(hint)) = (&args.permanent, &args.retry_after) {
        let message = "a `permanent` error is not tried again, so `retry_after` is never used; \
                       keep one";
        errors.at(hint.key, message);
    }
}

/// Who answers what the words leave open.
fn source(
    args: &Args,
    scope: &Scope<'_>,
    fields: &Fields,
    bounds: &mut Bounds<'_>,
    errors: &mut Errors,
) -> Option<Source> {
    if let Some(transparent) = &args.transparent {
        let (index, field) = match inner(fields) {
            Ok(inner) => inner,
            Err(message) => {
                errors.at(transparent.key, message);
                return None;
            }
        };
        bounds.add(&field.ty);
        return Some(Source::Field(index));
    }
    let with = args.with.as_ref()?.value.clone();
    Some(match fields {
        Fields::Unit => Source::Itself(with),
        // OK: the fields of a struct are as good as itself, and need not be public.
        _ if scope.variant.is_none() => Source::Itself(with),
        _ => Source::Fields(with),
    })
}

/// The field that an error stands for: the only one, or the one marked as its source.
fn inner(fields: &Fields) -> Result<(usize, &syn::Field), &'static str> {
    let marked = |name: &str| {
        let is_marked = |(_, field): &(usize, &syn::Field)| {
            field.attrs.iter().any(|attr| attr.path().is_ident(name))
        };
        fields.iter().enumerate().find(is_marked)
    };
    let called_source = |(_, field): &(usize, &syn::Field)| {
        field.ident.as_ref().is_some_and(|ident| ident.unraw() == "source")
    };
    let only = || (fields.len() == 1).then(|| fields.iter().enumerate().next()).flatten();
    let found = marked("source")
        .or_else(|| marked("from"))
        .or_else(|| fields.iter().enumerate().find(called_source))
        .or_else(only);
    found.ok_or(match fields.is_empty() {
        true => "`transparent` hands on to a field, and there is none",
        false => {
            "`transparent` hands on to one field: mark it with `#[source]` or `#[from]`, \
             or call it `source`"
        }
    })
}
