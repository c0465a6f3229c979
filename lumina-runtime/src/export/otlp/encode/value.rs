//! Attributes and values: `KeyValue`, `AnyValue`, `Resource`.

use super::super::wire::{close, open, put_bytes, put_varint, varint_into, varint_len};
use crate::model::{Resource, Value, ValueRef};

/// Tags of `AnyValue`.
const STRING: u8 = 0x0a;
const BOOL: u8 = 0x10;
const INT: u8 = 0x18;
const DOUBLE: u8 = 0x21;
const ARRAY: u8 = 0x2a;

/// A value of fixed form as `AnyValue`: the bytes and their number.
struct Scalar {
    bytes: [u8; 11],
    len: usize,
}

impl Scalar {
    #[inline]
    fn new(value: ValueRef<'_>) -> Option<Scalar> {
        let mut bytes = [0; 11];
        let len = match value {
            ValueRef::Bool(v) => {
                bytes[..2].copy_from_slice(&[BOOL, u8::from(v)]);
                2
            }
            ValueRef::I64(v) => {
                let mut digits = [0; 10];
                // OK to reinterpret: protobuf's int64 is the two's complement as a varint.
                let len = varint_into(&mut digits, v as u64);
                bytes[0] = INT;
                bytes[1..].copy_from_slice(&digits);
                1 + len
            }
            ValueRef::F64(v) => {
                bytes[0] = DOUBLE;
                bytes[1..9].copy_from_slice(&v.to_bits().to_le_bytes());
                9
            }
            ValueRef::U64(_) | ValueRef::Str(_) | ValueRef::Json(_) | ValueRef::Array(_) => {
                return None;
            }
        };
        Some(Scalar { bytes, len })
    }
}

/// Appends `key = value` as a `KeyValue` field.
#[inline]
pub(super) fn put_attribute(out: &mut Vec<u8>, tag: u8, key: &str, value: ValueRef<'_>) {
    match value {
        ValueRef::Str(text) | ValueRef::Json(text) => put_text_attribute(out, tag, key, text),
        ValueRef::U64(v) => put_text_attribute(out, tag, key, &v.to_string()),
        ValueRef::Array(_) => {
            let attribute = open(out, tag, 2);
            put_bytes(out, 0x0a, key.as_bytes());
            put_any(out, 0x12, value);
            close(out, attribute);
        }
        _ => {
            if let Some(scalar) = Scalar::new(value) {
                put_key(out, tag, key, 1 + scalar.len);
                out.extend_from_slice(&[0x12, scalar.len as u8]);
                out.extend_from_slice(&scalar.bytes[..scalar.len]);
            }
        }
    }
}

fn put_text_attribute(out: &mut Vec<u8>, tag: u8, key: &str, text: &str) {
    let any_len = 1 + varint_len(text.len() as u64) + text.len();
    put_key(out, tag, key, varint_len(any_len as u64) + any_len);
    if any_len < 0x80 {
        out.extend_from_slice(&[0x12, any_len as u8, STRING, text.len() as u8]);
        out.extend_from_slice(text.as_bytes());
    } else {
        out.push(0x12);
        put_varint(out, any_len as u64);
        put_bytes(out, STRING, text.as_bytes());
    }
}

/// Opens a `KeyValue` whose value takes `value_len` bytes after its tag, and writes the key.
#[inline]
fn put_key(out: &mut Vec<u8>, tag: u8, key: &str, value_len: usize) {
    let len = 1 + varint_len(key.len() as u64) + key.len() + 1 + value_len;
    if len < 0x80 {
        out.extend_from_slice(&[tag, len as u8, 0x0a, key.len() as u8]);
        out.extend_from_slice(key.as_bytes());
    } else {
        out.push(tag);
        put_varint(out, len as u64);
        put_bytes(out, 0x0a, key.as_bytes());
    }
}

/// Appends an `AnyValue` field.
fn put_any(out: &mut Vec<u8>, tag: u8, value: ValueRef<'_>) {
    let any = open(out, tag, 1);
    match value {
        ValueRef::Str(text) | ValueRef::Json(text) => put_bytes(out, STRING, text.as_bytes()),
        ValueRef::U64(v) => put_bytes(out, STRING, v.to_string().as_bytes()),
        ValueRef::Array(elements) => {
            let array = open(out, ARRAY, 2);
            for element in elements.iter() {
                put_any(out, 0x0a, element);
            }
            close(out, array);
        }
        scalar => {
            if let Some(Scalar { bytes, len }) = Scalar::new(scalar) {
                out.extend_from_slice(&bytes[..len]);
            }
        }
    }
    close(out, any);
}

/// Appends the `Resource` of a `ResourceSpans`.
pub(super) fn put_resource(out: &mut Vec<u8>, resource: &Resource) {
    let message = open(out, 0x0a, 2);
    for (key, value) in resource.attributes() {
        let attribute = open(out, 0x0a, 1);
        put_bytes(out, 0x0a, key.as_bytes());
        put_owned(out, 0x12, value);
        close(out, attribute);
    }
    close(out, message);
}

/// Appends an owned value as an `AnyValue` field.
fn put_owned(out: &mut Vec<u8>, tag: u8, value: &Value) {
    let borrowed = match value {
        Value::Bool(v) => ValueRef::Bool(*v),
        Value::I64(v) => ValueRef::I64(*v),
        Value::U64(v) => ValueRef::U64(*v),
        Value::F64(v) => ValueRef::F64(*v),
        Value::Str(v) => ValueRef::Str(v),
        Value::Json(v) => ValueRef::Json(v),
        Value::Array(elements) => {
            let any = open(out, tag, 1);
            let array = open(out, ARRAY, 1);
            for element in elements {
                put_owned(out, 0x0a, element);
            }
            close(out, array);
            close(out, any);
            return;
        }
    };
    put_any(out, tag, borrowed);
}
