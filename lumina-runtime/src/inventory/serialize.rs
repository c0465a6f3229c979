//! Entries for serde: maps with the names of the fields.

use super::entry::{Attribute, Entry, Policy};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Destructured, so that no field is forgotten.
        let Entry {
            name,
            operation,
            kind,
            level,
            block,
            attributes,
            policies,
            file,
            line,
            module_path,
        } = self;
        let mut entry = serializer.serialize_struct("Entry", 10)?;
        entry.serialize_field("name", name)?;
        entry.serialize_field("operation", operation)?;
        entry.serialize_field("kind", kind)?;
        entry.serialize_field("level", level)?;
        entry.serialize_field("block", block)?;
        entry.serialize_field("attributes", attributes)?;
        entry.serialize_field("policies", policies)?;
        entry.serialize_field("file", file)?;
        entry.serialize_field("line", line)?;
        entry.serialize_field("module_path", module_path)?;
        entry.end()
    }
}

impl Serialize for Attribute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Attribute { key, redacted } = self;
        let mut attribute = serializer.serialize_struct("Attribute", 2)?;
        attribute.serialize_field("key", key)?;
        attribute.serialize_field("redacted", redacted)?;
        attribute.end()
    }
}

/// `{"retry": {"max": "3", ..}}`: a function may have several fallbacks, so policies are a list.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Settings<'a>(&'a Policy);

        impl Serialize for Settings<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let settings = &self.0.settings;
                serializer.collect_map(settings.iter().map(|setting| (setting.key, &setting.value)))
            }
        }

        let mut policy = serializer.serialize_map(Some(1))?;
        policy.serialize_entry(self.name, &Settings(self))?;
        policy.end()
    }
}
