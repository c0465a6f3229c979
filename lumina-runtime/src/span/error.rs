//! Describing an error on the span that it ended.

use super::end::End;
use crate::names;
use crate::record::arg::{Arg, ArgList};
use std::error::Error;
use std::fmt::{Debug, Display};

/// Errors below an error that are written out; a longer chain is most likely a cycle.
const MAX_SOURCES: usize = 16;

/// The errors below an error, outermost first.
pub(crate) struct Sources<'a>(Vec<&'a (dyn Error + 'static)>);

impl<'a> Sources<'a> {
    pub(crate) fn of(error: &'a dyn Error) -> Self {
        let chain = std::iter::successors(error.source(), |error| (*error).source());
        Sources(chain.take(MAX_SOURCES).collect())
    }
}

impl ArgList for Sources<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> Arg<'_> {
        Arg::Display(&self.0[index])
    }
}

pub(super) fn by_error(end: &mut End, type_name: &'static str, error: &dyn Error) {
    by_display(end, type_name, &error);
    let sources = Sources::of(error);
    if sources.count() > 0 {
        end.put_static(names::ERROR_SOURCES, &Arg::Array(&sources));
    }
}

pub(super) fn by_display(end: &mut End, type_name: &'static str, error: &dyn Display) {
    by_type(end, type_name);
    end.put_static(names::ERROR_MESSAGE, &Arg::Display(error));
}

pub(super) fn by_debug(end: &mut End, type_name: &'static str, error: &dyn Debug) {
    by_type(end, type_name);
    end.put_static(names::ERROR_MESSAGE, &Arg::Debug(error));
}

pub(super) fn by_type(end: &mut End, type_name: &'static str) {
    end.failed();
    end.put_static(names::ERROR_TYPE, &Arg::Str(type_name));
}
