//! Putting a span together: from its records to a row of a batch.

use super::join::{Ended, records};
use super::keys::{Keys, Origin, name};
use super::pipelines::Pipelines;
use crate::model::{
    Batch, Limits, NewText, NewValue, Operation, Outcome, SpanHead, SpanId, SpanKind, SpanWriter,
};
use crate::names;
use crate::record::clock::Calibration;
use crate::record::context::trace_id;
use crate::record::decode::{AttributeReader, Decoded, attributes};
use crate::record::layout::{
    ATTRIBUTES, END, END_HEAD, EVENT, EVENT_HEAD, FOREIGN_SPAN, Head, KEYS_OF_METADATA,
    KEYS_OF_SITE, LINK, REMOTE_PARENT, SPAN_HEAD,
};
use crate::span::Site;
use tracing_core::{Level, Metadata};

/// Keeps what is worth keeping from span to span.
#[derive(Default)]
pub(super) struct Assembler {
    keys: Keys,
    /// Time and place of each addition to the span at hand.
    order: Vec<(u64, usize)>,
}

/// What the attributes of a span may change about it.
struct Facts<'a> {
    foreign: bool,
    name: NewText<'a>,
    kind: SpanKind,
    outcome: Outcome,
    message: Option<NewText<'a>>,
}

impl Assembler {
    /// Adds a span to its pipeline's batch.
    pub(super) fn emit(
        &mut self,
        start: &[u64],
        additions: &[u64],
        ended: Ended,
        calibration: &Calibration,
        pipelines: &mut Pipelines,
    ) {
        let head = Head::of(start[0]);
        pipelines.add(head.extra, |batch, limits| {
            self.write(start, additions, ended, calibration, batch, limits);
        });
    }

    fn write(
        &mut self,
        start: &[u64],
        additions: &[u64],
        ended: Ended,
        calibration: &Calibration,
        batch: &mut Batch,
        limits: Limits,
    ) {
        let head = Head::of(start[0]);
        let foreign = head.kind & !REMOTE_PARENT == FOREIGN_SPAN;
        let address = start[1] as usize;
        let origin = origin_of(if foreign { KEYS_OF_METADATA } else { KEYS_OF_SITE }, address);
        let mut facts = Facts {
            foreign,
            name: NewText::Static(origin.name()),
            kind: origin.kind(),
            outcome: outcome_of(ended.outcome),
            message: None,
        };
        let mut writer = batch.begin(limits);
        let own = read_attributes(start, SPAN_HEAD, head.count);
        put_attributes(&mut writer, own, self.keys.of(origin), &mut facts);
        self.order_additions(additions);
        self.put_late_attributes(&mut writer, additions, origin, &mut facts);
        let error = facts.outcome.is_error();
        if error {
            put_error_type(&mut writer, facts.outcome);
        }
        self.put_events_and_links(&mut writer, additions, calibration, &mut facts);
        let name = writer.text(facts.name);
        let trace = trace_id([start[2], start[3]]);
        let (started, nanos) = (start[6], calibration.nanos_between(start[6], ended.tick));
        let head = SpanHead {
            trace,
            span: SpanId(start[4]),
            parent: (start[5] != 0).then_some(SpanId(start[5])),
            parent_remote: head.kind & REMOTE_PARENT != 0,
            name,
            scope: crate::model::Text::Static(origin.target()),
            kind: facts.kind,
            operation: origin.operation(),
            outcome: facts.outcome,
            start_unix_nanos: calibration.unix_nanos(started),
            duration_nanos: nanos,
        };
        writer.finish(head, facts.message.unwrap_or(NewText::Static("")));
    }

    /// Sorts the additions by time: they come from several threads.
    fn order_additions(&mut self, additions: &[u64]) {
        self.order.clear();
        let mut at = 0;
        for (head, record) in records(additions) {
            let tick = match head.kind {
                END => u64::MAX,
                LINK => 0,
                _ => record[3],
            };
            self.order.push((tick, at));
            at += record.len();
        }
        self.order.sort_by_key(|(tick, _)| *tick);
    }

    fn put_late_attributes<'a>(
        &mut self,
        writer: &mut SpanWriter<'_>,
        additions: &'a [u64],
        origin: Origin,
        facts: &mut Facts<'a>,
    ) {
        for &(_, at) in &self.order {
            let record = &additions[at..];
            let head = Head::of(record[0]);
            let record = &record[..head.length / 8];
            match head.kind {
                END => {
                    let said = read_attributes(record, END_HEAD, head.count);
                    put_attributes(writer, said, self.keys.of(origin), facts);
                }
                ATTRIBUTES => {
                    let said = read_attributes(record, EVENT_HEAD, head.count);
                    let keys = self.keys.of(origin_of(head.extra, record[1] as usize));
                    put_attributes(writer, said, keys, facts);
                }
                EVENT => note_error_event(record, head, &mut self.keys, facts),
                _ => {}
            }
        }
    }

    fn put_events_and_links(
        &mut self,
        writer: &mut SpanWriter<'_>,
        additions: &[u64],
        calibration: &Calibration,
        _facts: &mut Facts<'_>,
    ) {
        for &(_, at) in &self.order {
            let record = &additions[at..];
            let head = Head::of(record[0]);
            let record = &record[..head.length / 8];
            match head.kind {
                EVENT => put_event(writer, record, head, &mut self.keys, calibration),
                LINK => writer.link(trace_id([record[2], record[3]]), SpanId(record[4])),
                _ => {}
            }
        }
    }
}

/// Panics, cancellations and the like are told apart by `error.type` where nothing better is known.
fn put_error_type(writer: &mut SpanWriter<'_>, outcome: Outcome) {
    if matches!(outcome, Outcome::Panic | Outcome::Cancelled | Outcome::Incomplete) {
        writer.attribute(NewText::Static(names::ERROR_TYPE), NewValue::Str(outcome.as_str()));
    }
}

fn put_event(
    writer: &mut SpanWriter<'_>,
    record: &[u64],
    head: Head,
    keys: &mut Keys,
    calibration: &Calibration,
) {
    let origin = origin_of(head.extra, record[1] as usize);
    let keys = keys.of(origin);
    let mut event_name = NewText::Static(origin.name());
    let mut put = Vec::with_capacity(usize::from(head.count) + 2);
    let mut arrays = Vec::new();
    let mut cut = Vec::new();
    if let Origin::Metadata(metadata) = origin {
        put.push((NewText::Static("level"), Slot::Value(NewValue::Str(metadata.level().as_str()))));
        put.push((NewText::Static("target"), Slot::Value(NewValue::Str(metadata.target()))));
    }
    for (key, value) in read_attributes(record, EVENT_HEAD, head.count) {
        let key = name(key, keys);
        match (key, value) {
            // The message is the event's name, as in tracing-opentelemetry.
            (None | Some(NewText::Static("message")), Decoded::Str(text)) => {
                event_name = NewText::Copied(text);
            }
            (None, _) => {}
            (Some(key), Decoded::Array(elements)) => {
                arrays.push(elements.map(plain).collect::<Vec<_>>());
                put.push((key, Slot::Array(arrays.len() - 1)));
            }
            (Some(key), Decoded::Cut(text, original)) => {
                cut.push(marked(text, original));
                put.push((key, Slot::Cut(cut.len() - 1)));
            }
            (Some(key), value) => put.push((key, Slot::Value(plain(value)))),
        }
    }
    let values = put.into_iter().map(|(key, slot)| {
        let value = match slot {
            Slot::Value(value) => value,
            Slot::Array(at) => NewValue::Array(&arrays[at]),
            Slot::Cut(at) => NewValue::Str(&cut[at]),
        };
        (key, value)
    });
    writer.event(event_name, calibration.unix_nanos(record[3]), values);
}

/// A value of an event, some of which are kept elsewhere until the event is written.
enum Slot<'a> {
    Value(NewValue<'a>),
    Array(usize),
    Cut(usize),
}

/// `#[tracing::instrument(err)]` reports an error as an event of level ERROR with a field `error`:
/// it fails the span, as users of tracing-opentelemetry expect.
fn note_error_event<'a>(record: &'a [u64], head: Head, keys: &mut Keys, facts: &mut Facts<'a>) {
    let Origin::Metadata(metadata) = origin_of(head.extra, record[1] as usize) else { return };
    if !facts.foreign || facts.outcome != Outcome::Unset || *metadata.level() != Level::ERROR {
        return;
    }
    let keys = keys.of(Origin::Metadata(metadata));
    for (key, value) in read_attributes(record, EVENT_HEAD, head.count) {
        if let (Some(NewText::Static("error")), Decoded::Str(text)) = (name(key, keys), value) {
            facts.outcome = Outcome::Error;
            facts.message = Some(NewText::Copied(text));
        }
    }
}

fn put_attributes<'a>(
    writer: &mut SpanWriter<'_>,
    read: AttributeReader<'a>,
    keys: &[&'static str],
    facts: &mut Facts<'a>,
) {
    for (key, value) in read {
        let Some(key) = name(key, keys) else {
            if let Decoded::Str(text) = value {
                facts.message = Some(NewText::Copied(text));
            }
            continue;
        };
        if facts.takes(key, value) {
            continue;
        }
        match value {
            Decoded::Array(elements) => {
                let elements: Vec<NewValue<'_>> = elements.map(plain).collect();
                writer.attribute(key, NewValue::Array(&elements));
            }
            Decoded::Cut(text, original) => {
                writer.attribute(key, NewValue::Str(&marked(text, original)));
            }
            value => writer.attribute(key, plain(value)),
        }
    }
}

impl<'a> Facts<'a> {
    /// Attributes that say something about the span itself. True: it is not to be kept as one.
    ///
    /// The `otel.*` fields are those of tracing-opentelemetry; only `tracing`'s spans have them.
    fn takes(&mut self, key: NewText<'a>, value: Decoded<'a>) -> bool {
        let (NewText::Static(key), Decoded::Str(text)) = (key, value) else { return false };
        match key {
            names::ERROR_MESSAGE => {
                self.message.get_or_insert(NewText::Copied(text));
                return false;
            }
            "otel.name" if self.foreign => self.name = NewText::Copied(text),
            "otel.status_message" | "otel.status_description" if self.foreign => {
                self.message = Some(NewText::Copied(text));
            }
            "otel.status_code" if self.foreign => match text.to_ascii_lowercase().as_str() {
                "ok" => self.outcome = Outcome::Ok,
                "error" => self.outcome = Outcome::Error,
                _ => return false,
            },
            "otel.kind" if self.foreign => match text.to_ascii_lowercase().as_str() {
                "internal" => self.kind = SpanKind::Internal,
                "server" => self.kind = SpanKind::Server,
                "client" => self.kind = SpanKind::Client,
                "producer" => self.kind = SpanKind::Producer,
                "consumer" => self.kind = SpanKind::Consumer,
                _ => return false,
            },
            _ => return false,
        }
        true
    }
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Origin::Site(site) => site.metadata().name(),
            Origin::Metadata(metadata) => metadata.name(),
            Origin::None => "",
        }
    }

    fn target(self) -> &'static str {
        match self {
            Origin::Site(site) => site.metadata().target(),
            Origin::Metadata(metadata) => metadata.target(),
            Origin::None => "",
        }
    }

    fn kind(self) -> SpanKind {
        if let Origin::Site(site) = self { site.kind() } else { SpanKind::Internal }
    }

    fn operation(self) -> Operation {
        if let Origin::Site(site) = self { site.operation() } else { Operation::Unspecified }
    }
}

fn origin_of(form: u16, address: usize) -> Origin {
    match form {
        // SAFETY: records are written by `record::write` alone, with the address of a site.
        KEYS_OF_SITE => Origin::Site(unsafe { Site::at(address) }),
        KEYS_OF_METADATA => {
            let metadata = std::ptr::with_exposed_provenance::<Metadata<'static>>(address);
            // SAFETY: as above, with the exposed address of `'static` metadata.
            Origin::Metadata(unsafe { &*metadata })
        }
        _ => Origin::None,
    }
}

fn read_attributes(record: &[u64], head_bytes: usize, count: u8) -> AttributeReader<'_> {
    let words = record.get(head_bytes / 8..).unwrap_or_default();
    // SAFETY: any initialised words are bytes; the length is theirs.
    let bytes = unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words)) };
    // SAFETY: records are written by `record::write` alone, with attributes from `encode`.
    unsafe { attributes(bytes, count) }
}

fn plain(value: Decoded<'_>) -> NewValue<'_> {
    match value {
        Decoded::Bool(v) => NewValue::Bool(v),
        Decoded::I64(v) => NewValue::I64(v),
        Decoded::U64(v) => NewValue::U64(v),
        Decoded::F64(v) => NewValue::F64(v),
        Decoded::Str(v) => NewValue::Str(v),
        Decoded::Json(v) => NewValue::Json(v),
        // Within an array the mark would be one value more; arrays are never nested.
        Decoded::Cut(v, _) => NewValue::Str(v),
        Decoded::Array(_) => NewValue::Str(""),
    }
}

/// Says of a cut text that it was cut, and how long it had been.
fn marked(text: &str, original_bytes: u64) -> String {
    format!("{text}… [cut: {original_bytes} bytes]")
}

fn outcome_of(code: u8) -> Outcome {
    const ALL: [Outcome; 6] = [
        Outcome::Unset,
        Outcome::Ok,
        Outcome::Error,
        Outcome::Panic,
        Outcome::Cancelled,
        Outcome::Incomplete,
    ];
    ALL.get(usize::from(code)).copied().unwrap_or_default()
}
