//! The fields of `tracing` as encoded attributes.

use crate::record::arg::Arg;
use crate::record::encode::{Key, MAX_KEYS, put};
use crate::record::scratch;
use crate::span::Sources;
use std::error::Error;
use std::fmt::Debug;
use tracing_core::Metadata;
use tracing_core::field::{Field, Visit};

/// Encodes what `fields` shows to a visitor and hands the bytes, and their count, to `write`.
///
/// In two steps, since showing may run the user's code: `write` finds the thread as that left it.
#[inline]
pub(super) fn encode<R>(
    metadata: &'static Metadata<'static>,
    fields: impl FnOnce(&mut dyn Visit),
    write: impl FnOnce(&[u8], u8) -> R,
) -> R {
    let mut encoder = Encoder { out: scratch::take(), count: 0, metadata };
    fields(&mut encoder);
    let result = write(&encoder.out, encoder.count);
    scratch::give_back(encoder.out);
    result
}

struct Encoder {
    out: Vec<u8>,
    count: u8,
    metadata: &'static Metadata<'static>,
}

impl Encoder {
    // Always: each kind of value then has code of its own, without a look at what it is.
    #[inline(always)]
    fn put(&mut self, field: &Field, arg: &Arg<'_>) {
        // `Span::record_all` accepts values for the fields of another span.
        let own = field.callsite() == self.metadata.callsite() && field.index() < MAX_KEYS;
        let key = if own { Key::Index(field.index() as u8) } else { Key::Static(field.name()) };
        self.put_key(key, arg);
    }

    #[inline(always)]
    fn put_key(&mut self, key: Key<'_>, arg: &Arg<'_>) {
        if self.count < u8::MAX && put(&mut self.out, key, arg) {
            self.count += 1;
        }
    }
}

impl Visit for Encoder {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, &Arg::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, &Arg::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, &Arg::U64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        match i64::try_from(value) {
            Ok(value) => self.put(field, &Arg::I64(value)),
            Err(_) => self.put(field, &Arg::Display(&value)),
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        match u64::try_from(value) {
            Ok(value) => self.put(field, &Arg::U64(value)),
            Err(_) => self.put(field, &Arg::Display(&value)),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, &Arg::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, &Arg::Str(value));
    }

    /// The error in its own words; its sources, if it has any, as `<field>.sources`, the name that
    /// `tracing_subscriber::fmt` uses.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, &Arg::Display(&value));
        if value.source().is_some() {
            let key = format!("{}.sources", field.name());
            self.put_key(Key::Inline(&key), &Arg::Array(&Sources::of(value)));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, &Arg::Debug(value));
    }
}
