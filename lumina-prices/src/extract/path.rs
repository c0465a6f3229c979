//! Paths into JSON, as the price data writes them.

use crate::table::clause::Clause;
use crate::usage::InvalidUsage;
use crate::usage::invalid::check;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// One step into a document.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The value of a key.
    Key(Box<str>),
    /// The first item of an array whose field matches.
    Item { field: Box<str>, rule: Clause },
}

#[derive(Deserialize)]
struct RawItem {
    field: Box<str>,
    #[serde(rename = "match")]
    rule: Clause,
}

/// A key, or several steps from the outside in; no step is the document itself.
#[derive(Clone, Debug)]
pub(crate) struct Path(Box<[Step]>);

// By hand: untagged enums would read everything twice.
impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Pathed;
        impl<'de> Visitor<'de> for Pathed {
            type Value = Path;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key or a list of steps")
            }
            fn visit_str<E: de::Error>(self, key: &str) -> Result<Path, E> {
                Ok(Path::keys(&[key]))
            }
            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Path, S::Error> {
                let mut steps = Vec::new();
                while let Some(step) = list.next_element()? {
                    steps.push(step);
                }
                Ok(Path(steps.into()))
            }
        }
        input.deserialize_any(Pathed)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Stepped;
        impl<'de> Visitor<'de> for Stepped {
            type Value = Step;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key, or the field of an item and what it matches")
            }
            fn visit_str<E: de::Error>(self, key: &str) -> Result<Step, E> {
                Ok(Step::Key(key.into()))
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Step, M::Error> {
                let RawItem { field, rule } =
                    RawItem::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Step::Item { field, rule })
            }
        }
        input.deserialize_any(Stepped)
    }
}

impl Path {
    pub(crate) fn keys(keys: &[&str]) -> Self {
        Self(keys.iter().map(|&key| Step::Key(key.into())).collect())
    }

    pub(crate) fn with_item(array: &str, field: &str, equals: &str, key: &str) -> Self {
        let item = Step::Item { field: field.into(), rule: Clause::equals(equals) };
        Self(Box::new([Step::Key(array.into()), item, Step::Key(key.into())]))
    }

    /// What stands there; `null` is nothing.
    pub(crate) fn get<'a>(&self, from: &'a Value) -> Option<&'a Value> {
        let found = self.0.iter().try_fold(from, |value, step| match step {
            Step::Key(key) => value.as_object()?.get(&**key),
            Step::Item { field, rule } => value.as_array()?.iter().find(|item| {
                let text = item.get(&**field).and_then(Value::as_str);
                text.is_some_and(|text| rule.holds(&text.to_lowercase()))
            }),
        })?;
        Some(found).filter(|value| !value.is_null())
    }

    /// Whether this is the path of these keys.
    pub(crate) fn is(&self, keys: &[&str]) -> bool {
        let same = |(step, key): (&Step, &&str)| matches!(step, Step::Key(own) if **own == **key);
        self.0.len() == keys.len() && self.0.iter().zip(keys).all(same)
    }
}

/// Keys with dots between them.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            match step {
                Step::Key(key) => write!(f, "{dot}{key}")?,
                Step::Item { field, .. } => write!(f, "[{field}]")?,
            }
        }
        Ok(())
    }
}

/// Reads a count; `place` is asked for where it is none.
pub(crate) fn count(value: &Value, place: impl Fn() -> String) -> Result<u64, InvalidUsage> {
    let field = || Cow::Owned(place());
    if let Some(count) = value.as_u64() {
        // The place is put together only where it is needed.
        return check("", count).or_else(|_| check(&place(), count));
    }
    if let Some(value) = value.as_i64() {
        return Err(InvalidUsage::Negative { field: field(), value });
    }
    match value.as_f64() {
        // Some servers write 12.0.
        Some(float) if float.fract() == 0.0 && (0.0..=1e15).contains(&float) => {
            check(&place(), float as u64)
        }
        Some(float) if float > 1e15 => {
            Err(InvalidUsage::TooLarge { field: field(), value: u64::MAX })
        }
        Some(float) => {
            Err(InvalidUsage::NotACount { field: field(), found: float.to_string().into() })
        }
        None => Err(InvalidUsage::NotACount { field: field(), found: kind(value).into() }),
    }
}

/// What a value is, in words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<u64, String> {
        count(&value, || "usage.n".into()).map_err(|error| error.to_string())
    }

    #[test]
    fn counts_are_whole_and_in_range_or_refused_with_place_and_value() {
        assert_eq!(read(json!(7)), Ok(7));
        assert_eq!(read(json!(7.0)), Ok(7));
        for (value, message) in [
            (json!(-3), "usage.n is -3, a count is not negative"),
            (json!(1.5), "usage.n is 1.5, a count is a whole number"),
            (json!(-0.5), "usage.n is -0.5, a count is a whole number"),
            (json!("7"), "usage.n is a string, a count is a whole number"),
            (json!([7]), "usage.n is an array, a count is a whole number"),
            (json!(true), "usage.n is a boolean, a count is a whole number"),
            (
                json!(u64::MAX),
                "usage.n is 18446744073709551615, a response uses at most 10000000000",
            ),
            (json!(1e300), "usage.n is 18446744073709551615, a response uses at most 10000000000"),
        ] {
            assert_eq!(read(value), Err(message.to_owned()));
        }
    }

    #[test]
    fn an_item_is_the_first_one_whose_field_matches() {
        let path = Path::with_item("details", "modality", "AUDIO", "tokenCount");
        let value =
            json!({"details": [{"modality": "TEXT"}, 3, {"modality": "AUDIO", "tokenCount": 5}]});
        assert_eq!(path.get(&value), Some(&json!(5)));
        assert_eq!(path.to_string(), "details[modality].tokenCount");
        assert_eq!(path.get(&json!({"details": {}})), None);
    }
}
