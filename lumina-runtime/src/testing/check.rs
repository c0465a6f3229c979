//! Assertions on one span. Each returns the span again, so that they chain; each failure prints
//! the tree of all spans.

use super::show;
use crate::model::{EventData, Operation, Outcome, SpanData, SpanKind, Value};

/// A span that was captured, and what is asserted of it.
///
/// ```
/// # use lumina_runtime::model::{Outcome, SpanData, SpanId, TraceId, Value};
/// # use lumina_runtime::testing::Captured;
/// # let answer = SpanData::new(TraceId(1), SpanId(2), "answer");
/// # let mut llm = SpanData::new(TraceId(1), SpanId(3), "llm");
/// # llm.parent_id = Some(SpanId(2));
/// # llm.outcome = Outcome::Ok;
/// # llm.attributes.push(("retry.attempt".to_owned(), Value::from(2)));
/// # let captured = Captured::from_spans([answer, llm]);
/// captured
///     .span("answer")
///     .is_root()
///     .child("llm")
///     .has_attribute("retry.attempt", 2)
///     .outcome(Outcome::Ok);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SpanCheck<'a> {
    span: &'a SpanData,
    all: &'a [SpanData],
}

impl<'a> SpanCheck<'a> {
    pub(super) fn new(span: &'a SpanData, all: &'a [SpanData]) -> Self {
        SpanCheck { span, all }
    }

    /// The span itself, for what has no assertion here.
    pub fn data(self) -> &'a SpanData {
        self.span
    }

    /// The span's children, in the order in which they started.
    pub fn children(self) -> Vec<SpanCheck<'a>> {
        let children = self.all.iter().filter(|span| self.is_parent_of(span));
        children.map(|span| SpanCheck { span, ..self }).collect()
    }

    /// The children called `name`, in the order in which they started: attempts, as a rule.
    pub fn children_named(self, name: &str) -> Vec<SpanCheck<'a>> {
        self.children().into_iter().filter(|child| child.span.name == name).collect()
    }

    /// The one child called `name`.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    #[track_caller]
    pub fn child(self, name: &str) -> SpanCheck<'a> {
        let found = self.children_named(name);
        match found[..] {
            [child] => child,
            _ => self.fail(&format!("expected one child `{name}`, found {}", found.len())),
        }
    }

    /// The parent.
    ///
    /// # Panics
    ///
    /// If there is none, or it was not captured.
    #[track_caller]
    pub fn parent(self) -> SpanCheck<'a> {
        match self.all.iter().find(|span| SpanCheck { span, ..self }.is_parent_of(self.span)) {
            Some(span) => SpanCheck { span, ..self },
            None => self.fail("expected a parent, found none"),
        }
    }

    fn is_parent_of(self, other: &SpanData) -> bool {
        other.trace_id == self.span.trace_id && other.parent_id == Some(self.span.span_id)
    }

    /// Asserts that the span begins its trace.
    #[track_caller]
    pub fn is_root(self) -> Self {
        let parent = self.span.parent_id;
        self.check(parent.is_none(), || format!("expected no parent, found {parent:?}"))
    }

    /// Asserts that the parent is called `name`.
    #[track_caller]
    pub fn has_parent(self, name: &str) -> Self {
        let found = &self.parent().span.name;
        self.check(found == name, || format!("expected the parent `{name}`, found `{found}`"))
    }

    /// Asserts that `names` are the children, in the order in which they started.
    #[track_caller]
    pub fn has_children(self, names: &[&str]) -> Self {
        let children = self.children();
        let found: Vec<&str> = children.iter().map(|child| child.span.name.as_str()).collect();
        self.check(found == names, || format!("expected the children {names:?}, found {found:?}"))
    }

    /// Asserts that attribute `key` has this very value, type included: an integer is no text.
    #[track_caller]
    pub fn has_attribute(self, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let found = self.span.attribute(key);
        self.check(found == Some(&value), || show::mismatch(key, &value, found))
    }

    /// Asserts that the text of attribute `key` contains `part`.
    #[track_caller]
    pub fn attribute_contains(self, key: &str, part: &str) -> Self {
        let found = self.span.attribute(key);
        let contains = found.is_some_and(|value| value.to_string().contains(part));
        self.check(contains, || format!("expected `{part}` in attribute `{key}`, found {found:?}"))
    }

    /// Asserts that there is an attribute `key`, whatever its value.
    #[track_caller]
    pub fn has_attribute_key(self, key: &str) -> Self {
        let is_there = self.span.attribute(key).is_some();
        self.check(is_there, || format!("expected an attribute `{key}`, found none"))
    }

    /// Asserts that there is no attribute `key`.
    #[track_caller]
    pub fn lacks_attribute(self, key: &str) -> Self {
        let found = self.span.attribute(key);
        self.check(found.is_none(), || format!("expected no attribute `{key}`, found {found:?}"))
    }

    /// The value of attribute `key`.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn attribute(self, key: &str) -> &'a Value {
        match self.span.attribute(key) {
            Some(value) => value,
            None => self.fail(&format!("expected an attribute `{key}`, found none")),
        }
    }

    /// Asserts how the span ended.
    #[track_caller]
    pub fn outcome(self, outcome: Outcome) -> Self {
        let found = self.span.outcome;
        self.check(found == outcome, || format!("expected {outcome:?}, found {found:?}"))
    }

    /// Asserts the status message.
    #[track_caller]
    pub fn status_message(self, message: &str) -> Self {
        let found = &self.span.status_message;
        self.check(found == message, || format!("expected status {message:?}, found {found:?}"))
    }

    /// Asserts the kind.
    #[track_caller]
    pub fn kind(self, kind: SpanKind) -> Self {
        let found = self.span.kind;
        self.check(found == kind, || format!("expected kind {kind:?}, found {found:?}"))
    }

    /// Asserts the declared step of the pipeline.
    #[track_caller]
    pub fn operation(self, operation: Operation) -> Self {
        let found = self.span.operation;
        self.check(found == operation, || format!("expected {operation:?}, found {found:?}"))
    }

    /// Asserts that one event is called `name`, and gives it back.
    #[track_caller]
    pub fn event(self, name: &str) -> EventCheck<'a> {
        let events = &self.span.events;
        let mut named = events.iter().filter(|event| event.name == name);
        match (named.next(), named.next()) {
            (Some(event), None) => EventCheck { event, span: self },
            (first, second) => {
                let count = usize::from(first.is_some()) + usize::from(second.is_some());
                let found = if count > 1 { "several" } else { "none" };
                self.fail(&format!("expected one event `{name}`, found {found}"))
            }
        }
    }

    /// Asserts that `names` are the events, in the order of their time.
    #[track_caller]
    pub fn has_events(self, names: &[&str]) -> Self {
        let events = &self.span.events;
        let found: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
        self.check(found == names, || format!("expected the events {names:?}, found {found:?}"))
    }

    /// Asserts that the span is linked to `other`.
    #[track_caller]
    pub fn is_linked_to(self, other: SpanCheck<'_>) -> Self {
        let (trace, span) = (other.span.trace_id, other.span.span_id);
        let is_linked =
            self.span.links.iter().any(|link| (link.trace_id, link.span_id) == (trace, span));
        self.check(is_linked, || format!("expected a link to `{}`, found none", other.span.name))
    }

    #[track_caller]
    fn check(self, holds: bool, what: impl FnOnce() -> String) -> Self {
        if !holds {
            self.fail::<()>(&what());
        }
        self
    }

    #[track_caller]
    fn fail<R>(self, what: &str) -> R {
        panic!("span `{}`: {what}; captured:\n{}", self.span.name, show::tree(self.all));
    }
}

/// An event of a captured span, and what is asserted of it.
#[derive(Clone, Copy, Debug)]
pub struct EventCheck<'a> {
    event: &'a EventData,
    span: SpanCheck<'a>,
}

impl<'a> EventCheck<'a> {
    /// The event itself.
    pub fn data(self) -> &'a EventData {
        self.event
    }

    /// The event's span, to go on with.
    pub fn span(self) -> SpanCheck<'a> {
        self.span
    }

    /// Asserts that attribute `key` has this very value, type included.
    #[track_caller]
    pub fn has_attribute(self, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let known = self.event.attributes.iter().find(|(known, _)| known == key);
        let found = known.map(|(_, value)| value);
        if found != Some(&value) {
            let what = show::mismatch(key, &value, found);
            self.span.fail::<()>(&format!("event `{}`: {what}", self.event.name));
        }
        self
    }
}
