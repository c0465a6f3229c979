//! Attributes and values: `KeyValue`, `AnyValue`, `Resource`.

use super::super::wire::{close, open, put_bytes, put_varint, varint_bits, varint_len};
use crate::model::{Resource, Value, ValueRef};

/// Tags of `AnyValue`.
const STRING: u8 = 0x0a;
const BOOL: u8 = 0x10;
const INT: u8 = 0x18;
const DOUBLE: u8 = 0x21;
const ARRAY: u8 = 0x2a;

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
        ValueRef::Bool(_) | ValueRef::I64(_) | ValueRef::F64(_) => {
            put_key(out, tag, key, 1 + scalar_len(value));
            put_scalar(out, 0x12, value);
        }
    }
}

/// Bytes of the `AnyValue` of a value that is neither text nor an array.
#[inline]
fn scalar_len(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Bool(_) => 2,
        ValueRef::I64(v) => 1 + varint_len(v as u64),
        _ => 9,
    }
}

/// Appends a boolean or a number as an `AnyValue` field.
///
/// Tag, length and value are put together in a register and stored at once, with what is too much
/// cut off: bytes that are written one by one and read together stall the processor.
#[inline]
fn put_scalar(out: &mut Vec<u8>, tag: u8, value: ValueRef<'_>) {
    let len = scalar_len(value);
    let head = u128::from(u32::from_le_bytes([tag, len as u8, 0, 0]));
    let content = match value {
        ValueRef::Bool(v) => u128::from(BOOL) | u128::from(v) << 8,
        // OK to reinterpret: protobuf's int64 is the two's complement as a varint.
        ValueRef::I64(v) => u128::from(INT) | varint_bits(v as u64) << 8,
        ValueRef::F64(v) => u128::from(DOUBLE) | u128::from(v.to_bits()) << 8,
        // Not called with these.
        ValueRef::U64(_) | ValueRef::Str(_) | ValueRef::Json(_) | ValueRef::Array(_) => return,
    };
    let end = out.len() + 2 + len;
    out.extend_from_slice(&(head | content << 16).to_le_bytes());
    out.truncate(end);
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
    if matches!(value, ValueRef::Bool(_) | ValueRef::I64(_) | ValueRef::F64(_)) {
        return put_scalar(out, tag, value);
    }
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
        // Done above.
        ValueRef::Bool(_) | ValueRef::I64(_) | ValueRef::F64(_) => {}
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
