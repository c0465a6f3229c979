//! Spans full of awkward values, the same for the same seed.

use crate::model::{
    EventData, LinkData, Operation, Outcome, SpanData, SpanId, SpanKind, TraceId, Value,
};

pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// Source: G. Steele et al., "Fast Splittable Pseudorandom Number Generators" (SplitMix64).
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 14] = [
            "a",
            "answer ",
            "\"",
            "\\",
            "\n",
            "\r\n",
            "\0",
            "\x1b[0m",
            "é",
            "日本",
            "👩‍🔬",
            "\u{2028}",
            "{\"v\":1}",
            "\u{202e}",
        ];
        let length = self.below(6);
        (0..length).map(|_| PIECES[self.below(14) as usize]).collect()
    }

    fn number(&mut self) -> u64 {
        let bits = self.below(65);
        self.next().checked_shr(bits as u32).unwrap_or(0)
    }

    fn plain_value(&mut self) -> Value {
        match self.below(6) {
            0 => Value::from(self.below(2) == 0),
            1 => Value::from(self.number() as i64),
            2 => Value::from(self.number()),
            3 => Value::from(f64::from_bits(self.next())),
            4 => Value::Json(self.text()),
            _ => Value::from(self.text()),
        }
    }

    fn value(&mut self) -> Value {
        match self.below(6) {
            0 => Value::Array((0..self.below(4)).map(|_| self.plain_value()).collect()),
            1 => Value::from([f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]),
            _ => self.plain_value(),
        }
    }

    fn attributes(&mut self) -> Vec<(String, Value)> {
        (0..self.below(5)).map(|_| (self.text(), self.value())).collect()
    }

    fn event(&mut self) -> EventData {
        EventData {
            name: self.text(),
            time_unix_nanos: self.number(),
            attributes: self.attributes(),
            dropped_attributes: self.number() as u32,
        }
    }

    pub(super) fn span(&mut self) -> SpanData {
        const KINDS: [SpanKind; 5] = [
            SpanKind::Internal,
            SpanKind::Server,
            SpanKind::Client,
            SpanKind::Producer,
            SpanKind::Consumer,
        ];
        const OPERATIONS: [Operation; 7] = [
            Operation::Unspecified,
            Operation::Llm,
            Operation::Embedding,
            Operation::Retriever,
            Operation::Tool,
            Operation::Agent,
            Operation::Chain,
        ];
        const OUTCOMES: [Outcome; 6] = [
            Outcome::Unset,
            Outcome::Ok,
            Outcome::Error,
            Outcome::Panic,
            Outcome::Cancelled,
            Outcome::Incomplete,
        ];
        let trace = TraceId(u128::from(self.next()) << 64 | u128::from(self.next()));
        let mut span = SpanData::new(trace, SpanId(self.next()), self.text());
        span.parent_id = (self.below(3) > 0).then(|| SpanId(self.next()));
        span.parent_remote = self.below(2) == 0;
        span.scope = self.text().into();
        span.kind = KINDS[self.below(5) as usize];
        span.operation = OPERATIONS[self.below(7) as usize];
        span.outcome = OUTCOMES[self.below(6) as usize];
        span.status_message = self.text();
        span.start_unix_nanos = self.number();
        span.duration_nanos = self.number();
        span.attributes = self.attributes();
        span.events = (0..self.below(3)).map(|_| self.event()).collect();
        span.links = (0..self.below(3))
            .map(|_| LinkData {
                trace_id: TraceId(self.next().into()),
                span_id: SpanId(self.next()),
            })
            .collect();
        span.dropped_attributes = self.number() as u32;
        span.dropped_events = self.number() as u32;
        span.dropped_links = self.number() as u32;
        span
    }
}
