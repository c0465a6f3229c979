//! The process that the spans come from.

use super::Value;

/// Attributes of the process: service name, environment, version, SDK.
///
/// Source: OpenTelemetry specification, "Resource SDK".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    attributes: Vec<(String, Value)>,
}

impl Resource {
    /// An empty resource.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an attribute; the last value of a key wins.
    ///
    /// ```
    /// use lumina_runtime::model::{Resource, Value};
    /// let mut resource = Resource::new();
    /// resource.set("service.name", "support");
    /// resource.set("service.name", "billing");
    /// assert_eq!(resource.get("service.name"), Some(&Value::from("billing")));
    /// ```
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        match self.attributes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, slot)) => *slot = value,
            None => self.attributes.push((key, value)),
        }
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// All attributes, in the order in which they were first set.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value))
    }
}
