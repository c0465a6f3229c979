//! The spans of one capture: finding them by name, and the tree that they form.

use super::SpanCheck;
use super::show;
use crate::model::SpanData;

/// The spans that were recorded while something ran, and what it returned.
#[derive(Clone, Debug)]
pub struct Captured<T = ()> {
    spans: Vec<SpanData>,
    output: T,
}

impl Captured {
    /// Checks spans that come from elsewhere, such as an exporter's file.
    ///
    /// ```
    /// use lumina_runtime::model::{SpanData, SpanId, TraceId};
    /// use lumina_runtime::testing::Captured;
    /// let captured = Captured::from_spans([SpanData::new(TraceId(1), SpanId(2), "retrieve")]);
    /// captured.span("retrieve").is_root();
    /// ```
    pub fn from_spans(spans: impl IntoIterator<Item = SpanData>) -> Self {
        Captured::new(spans.into_iter().collect(), ())
    }
}

impl<T> Captured<T> {
    /// Ordered by start, parents before children that started in the same nanosecond as far as the
    /// order of their ids allows to say.
    pub(super) fn new(mut spans: Vec<SpanData>, output: T) -> Self {
        spans.sort_by_key(|span| (span.start_unix_nanos, span.parent_id.is_some()));
        Captured { spans, output }
    }

    /// What the captured code returned.
    pub fn output(&self) -> &T {
        &self.output
    }

    /// What the captured code returned, for keeps.
    pub fn into_output(self) -> T {
        self.output
    }

    /// Every span, in the order in which they started.
    pub fn spans(&self) -> &[SpanData] {
        &self.spans
    }

    /// The one span called `name`.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    #[track_caller]
    pub fn span(&self, name: &str) -> SpanCheck<'_> {
        let found = self.spans_named(name);
        match found[..] {
            [span] => span,
            _ => self.fail(&format!("expected one span `{name}`, found {}", found.len())),
        }
    }

    /// All spans called `name`, in the order in which they started.
    pub fn spans_named(&self, name: &str) -> Vec<SpanCheck<'_>> {
        let named = self.spans.iter().filter(|span| span.name == name);
        named.map(|span| SpanCheck::new(span, &self.spans)).collect()
    }

    /// The spans without a parent, in the order in which they started.
    pub fn roots(&self) -> Vec<SpanCheck<'_>> {
        let roots = self.spans.iter().filter(|span| span.parent_id.is_none());
        roots.map(|span| SpanCheck::new(span, &self.spans)).collect()
    }

    /// The only span without a parent.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    #[track_caller]
    pub fn root(&self) -> SpanCheck<'_> {
        let roots = self.roots();
        match roots[..] {
            [root] => root,
            _ => self.fail(&format!("expected one root, found {}", roots.len())),
        }
    }

    /// Asserts that `names` are the spans, in the order in which they started.
    ///
    /// # Panics
    ///
    /// If they are not.
    #[track_caller]
    pub fn has_spans(&self, names: &[&str]) -> &Self {
        let found: Vec<&str> = self.spans.iter().map(|span| span.name.as_str()).collect();
        if found != names {
            self.fail::<()>(&format!("expected the spans {names:?}, found {found:?}"));
        }
        self
    }

    /// The spans as a tree, with outcomes, attributes and events: what failing assertions print.
    pub fn tree(&self) -> String {
        show::tree(&self.spans)
    }

    #[track_caller]
    fn fail<R>(&self, what: &str) -> R {
        panic!("{what}; captured:\n{}", self.tree());
    }
}
