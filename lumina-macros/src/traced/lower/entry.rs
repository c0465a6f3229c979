//! What is recorded when the span begins: `capture`, `fields` and `attrs`, and the keys of all.

use std::collections::HashMap;

use proc_macro2::TokenStream;

use super::value::{self, Bound};
use crate::errors::Errors;
use crate::function::{Param, Params, RecordAs};
use crate::grammar::Keyed;
use crate::grammar::attribute::{Attribute, Given, Key, Mode};
use crate::suggest;
use crate::traced::args::{Args, Capture};
use crate::traced::plan::{Entry, Recorded};

/// The keys of a span in the order of the site.
#[derive(Default)]
pub(super) struct Keys {
    tokens: Vec<TokenStream>,
    by_name: HashMap<String, usize>,
}

impl Keys {
    /// The index of a key, declaring it if it is new; whether it was.
    pub(super) fn declare(&mut self, key: &Key) -> (usize, bool) {
        let next = self.tokens.len();
        let index = match key {
            Key::Known(name, _) => *self.by_name.entry(name.clone()).or_insert(next),
            // OK: what the compiler knows, it may find twice; the last value wins.
            Key::Constant(_) => next,
        };
        if index == next {
            self.tokens.push(key.tokens());
        }
        (index, index == next)
    }

    pub(super) fn into_tokens(self) -> Vec<TokenStream> {
        self.tokens
    }
}

pub(super) fn lower(
    args: &Args,
    params: &Params,
    keys: &mut Keys,
    errors: &mut Errors,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let written: Vec<&Attribute> =
        [&args.fields, &args.attrs].into_iter().flatten().flat_map(|list| &list.value).collect();
    for (param, recorded) in captured(args, params, &written, errors) {
        let key = Key::Known(param.name.clone(), param.ident.span());
        if keys.declare(&key).1 {
            entries.push(Entry { conditions: param.conditions.clone(), value: recorded });
        }
    }
    for attribute in written {
        let recorded = value::lower(&attribute.value, params, &Bound::new(), errors);
        let conditions = value::conditions(&attribute.value, params);
        match keys.declare(&attribute.key) {
            (_, true) => entries.push(Entry { conditions, value: recorded }),
            (_, false) => {
                let name = attribute.key.tokens();
                let message = format!("the attribute {name} is set twice; keep one");
                errors.at(attribute.key.span(), message);
            }
        }
    }
    entries
}

/// The parameters that become attributes, in the order of the signature or of `capture(..)`.
fn captured<'a>(
    args: &Args,
    params: &'a Params,
    written: &[&Attribute],
    errors: &mut Errors,
) -> Vec<(&'a Param, Recorded)> {
    let skipped = skipped(args, params, errors);
    let Some(Keyed { value: words, .. }) = &args.capture else { return Vec::new() };
    let all = words.iter().any(|word| matches!(word, Capture::All));
    refuse_contradiction(args, words, errors);
    let explicit = explicit(words, params, &skipped, errors);
    if !all {
        return explicit.into_iter().map(|(param, given)| record(param, &given, errors)).collect();
    }
    if args.skip_all.is_some() {
        return Vec::new();
    }
    let is_written = |name: &str| {
        written.iter().any(|attribute| matches!(&attribute.key, Key::Known(key, _) if key == name))
    };
    let open =
        params.iter().filter(|param| !skipped.contains(&param.name) && !is_written(&param.name));
    open.map(|param| {
        let chosen = explicit.iter().find(|(chosen, _)| chosen.name == param.name);
        let given = match chosen {
            Some((_, given)) => given.clone(),
            None => by_type(param),
        };
        record(param, &given, errors)
    })
    .collect()
}

fn record<'a>(param: &'a Param, given: &Given, errors: &mut Errors) -> (&'a Param, Recorded) {
    let span = param.ident.span();
    let recorded = Recorded::Value { mode: given.mode, expr: given.expr.clone(), span };
    (param, value::parameter(param, given, recorded, errors))
}

/// What `capture(all)` records: the rule of `tracing::instrument`.
fn by_type(param: &Param) -> Given {
    let mode = match param.record_as {
        RecordAs::Value => Mode::Value,
        RecordAs::Debug => Mode::Debug,
    };
    value::given(param, mode, false)
}

/// The parameters that `capture(a, %b)` names.
fn explicit<'a>(
    words: &[Capture],
    params: &'a Params,
    skipped: &[String],
    errors: &mut Errors,
) -> Vec<(&'a Param, Given)> {
    let mut explicit: Vec<(&Param, Given)> = Vec::new();
    for word in words {
        let Capture::Parameter { ident, mode, raw } = word else { continue };
        let Some(param) = params.get(ident) else {
            errors.at(ident.span(), value::no_parameter(&ident.to_string(), &params.names()));
            continue;
        };
        if explicit.iter().any(|(known, _)| known.name == param.name) {
            errors.at(ident.span(), format!("`{ident}` is captured twice; keep one"));
        } else if skipped.contains(&param.name) {
            errors.at(ident.span(), format!("`{ident}` is both captured and skipped; keep one"));
        } else {
            let expr = syn::parse_quote!(#ident);
            explicit.push((param, Given { mode: *mode, expr, raw: *raw, shorthand: true }));
        }
    }
    explicit
}

fn refuse_contradiction(args: &Args, words: &[Capture], errors: &mut Errors) {
    for word in words {
        match word {
            Capture::None(span) if words.len() > 1 => {
                errors.at(*span, "`none` captures nothing, but more is listed; keep one");
            }
            Capture::Parameter { ident, .. } if args.skip_all.is_some() => {
                let message = format!("`{ident}` is captured, but `skip_all` skips it; keep one");
                errors.at(ident.span(), message);
            }
            _ => {}
        }
    }
}

/// The names in `skip(..)`, each of which must be a parameter.
fn skipped(args: &Args, params: &Params, errors: &mut Errors) -> Vec<String> {
    let Some(Keyed { key, value: idents }) = &args.skip else { return Vec::new() };
    if args.skip_all.is_some() {
        errors.at(*key, "`skip_all` skips these too; keep one of `skip` and `skip_all`");
    }
    let mut skipped: Vec<String> = Vec::new();
    for ident in idents {
        match params.get(ident) {
            None => {
                let names = params.names();
                let word = ident.to_string();
                errors.at(ident.span(), value::no_parameter(&word, &names));
                // So that a slip in `skip(pasword)` is not followed by a complaint about a secret.
                let meant =
                    suggest::nearest(&word, &names.iter().map(String::as_str).collect::<Vec<_>>());
                skipped.extend(meant.map(str::to_owned));
            }
            Some(param) if skipped.contains(&param.name) => {
                errors.at(ident.span(), format!("`{ident}` is skipped twice; keep one"));
            }
            Some(param) => skipped.push(param.name.clone()),
        }
    }
    skipped
}
