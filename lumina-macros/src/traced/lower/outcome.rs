//! What is read from the value of the call: `ok`, `err`, and the events of `err` and `ret`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Pat;
use syn::visit::Visit;

use super::entry::Keys;
use super::site;
use super::value::{self, Bound};
use crate::errors::Errors;
use crate::function::{Params, Returned};
use crate::grammar::Keyed;
use crate::grammar::attribute::Mode;
use crate::traced::args::{Args, Outcome};
use crate::traced::plan::{End, EventPlan, EventSource, Reading, Site, StreamPlan};

pub(super) fn end(
    args: &Args,
    params: &Params,
    returned: &Returned,
    keys: &mut Keys,
    errors: &mut Errors,
) -> End {
    if let Some(err) = &args.err {
        refuse_without_result(returned, err.key, errors);
    }
    if let (Some(ok), Returned::Never) = (&args.ok, returned) {
        errors.at(ok.key, "`ok` reads the returned value, but this function never returns");
    }
    let probe = matches!(returned, Returned::Maybe(_));
    let mut read = |outcome: &Option<Keyed<Outcome>>| {
        outcome.as_ref().map(|outcome| reading(outcome, params, keys, errors))
    };
    End { probe, ok: read(&args.ok), err: read(&args.err) }
}

fn reading(
    outcome: &Keyed<Outcome>,
    params: &Params,
    keys: &mut Keys,
    errors: &mut Errors,
) -> Reading {
    let Keyed { key, value: Outcome { pattern, attributes } } = outcome;
    let bound = bound(pattern);
    let mut sets: Vec<(usize, _)> = Vec::new();
    for attribute in attributes {
        let recorded = value::lower(&attribute.value, params, &bound, errors);
        let (index, _) = keys.declare(&attribute.key);
        if sets.iter().any(|(known, _)| *known == index) {
            let name = attribute.key.tokens();
            errors.at(attribute.key.span(), format!("the attribute {name} is set twice; keep one"));
        }
        sets.push((index, recorded));
    }
    Reading { key: *key, pattern: pattern.clone(), sets }
}

/// The names that a pattern binds.
fn bound(pattern: &Pat) -> Bound {
    struct Names(Bound);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.0.push(pat.ident.to_string());
            syn::visit::visit_pat_ident(self, pat);
        }
    }
    let mut names = Names(Bound::new());
    names.visit_pat(pattern);
    names.0
}

/// What `stream` follows, and that nothing reads the stream as a value.
pub(super) fn stream(args: &Args, returned: &Returned, errors: &mut Errors) -> Option<StreamPlan> {
    let Keyed { key, .. } = args.stream.as_ref()?;
    let readers = [
        args.ok.as_ref().map(|ok| ("ok", ok.key)),
        args.ret_event.as_ref().map(|ret| ("ret", ret.key)),
    ];
    for (reader, key) in readers.into_iter().flatten() {
        let message = format!(
            "`{reader}` reads the returned value, but a stream has none yet: \
                               `record!` in the stream, or drop `stream`"
        );
        errors.at(key, message);
    }
    match returned.stream() {
        Some((result, opaque)) => {
            Some(StreamPlan { result, opaque, item: returned.stream_item(), times: None })
        }
        None => {
            let message = format!(
                "`stream` follows a returned stream: `impl Stream<Item = ..>`, \
                 `Pin<Box<dyn Stream<Item = ..>>>` or a `Result` of one; this function returns `{}`",
                returned.shown()
            );
            errors.at(*key, message);
            None
        }
    }
}

pub(super) fn events(
    args: &Args,
    returned: &Returned,
    site: &Site,
    private: &TokenStream,
    errors: &mut Errors,
) -> Vec<EventPlan> {
    let mut events = Vec::new();
    if let (Returned::Never, None) = (returned, &args.err_event) {
        // OK: `ret` on a function that never returns has nothing to say, ever.
        return events;
    }
    if let Some(Keyed { key, value }) = &args.err_event {
        refuse_without_result(returned, *key, errors);
        let level = site::level(value.level.as_ref(), "ERROR", private, errors);
        let mode = value.mode.as_ref().map_or(Mode::Display, |mode| mode.value);
        events.push(EventPlan { key: *key, source: EventSource::Error, level, mode });
    }
    if let Some(Keyed { key, value }) = &args.ret_event {
        // As in tracing: `ret` is at the level of the span unless it names its own, and beside
        // `err` it is for the value inside `Ok`.
        let level = match &value.level {
            None => site.level.clone(),
            level => site::level(level.as_ref(), "INFO", private, errors),
        };
        let source = match args.err_event {
            Some(_) => EventSource::Success,
            None => EventSource::Returned,
        };
        let mode = value.mode.as_ref().map_or(Mode::Debug, |mode| mode.value);
        events.push(EventPlan { key: *key, source, level: quote!(#level), mode });
    }
    events
}

fn refuse_without_result(returned: &Returned, key: proc_macro2::Span, errors: &mut Errors) {
    if !matches!(returned, Returned::Maybe(_)) {
        let message = format!(
            "`err` needs a function that returns a `Result`; this one returns `{}`",
            returned.shown()
        );
        errors.at(key, message);
    }
}
