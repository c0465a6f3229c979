//! Where variables come from: the process, or a list that a test hands in.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

/// A source of environment variables. `Debug` shows names, never values: some are secrets.
#[derive(Clone, Default)]
pub(crate) enum Variables {
    /// Those of the process.
    #[default]
    Process,
    Given(BTreeMap<String, String>),
}

impl Variables {
    pub(crate) fn given<K: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Variables::Given(variables.collect())
    }

    /// The value of `name`; an empty one counts as not set, as the OpenTelemetry specification
    /// asks.
    ///
    /// # Errors
    ///
    /// The lossy text, if the value is not Unicode.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, String> {
        let value = match self {
            Variables::Process => std::env::var_os(name).map(OsString::into_string),
            Variables::Given(variables) => variables.get(name).cloned().map(Ok),
        };
        match value {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
            Some(Err(value)) => Err(value.to_string_lossy().into_owned()),
        }
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Variables::Process => f.write_str("Process"),
            Variables::Given(variables) => f.debug_set().entries(variables.keys()).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_is_no_value() {
        let variables = Variables::given([("A", ""), ("B", "  "), ("C", "c")]);
        assert_eq!(
            ["A", "B", "C", "D"].map(|name| variables.get(name).unwrap().is_some()),
            [false, false, true, false]
        );
    }

    #[test]
    fn values_are_not_shown() {
        let variables = Variables::given([("LUMINA_API_KEY", "lumina_live_secret")]);
        assert_eq!(format!("{variables:?}"), "{\"LUMINA_API_KEY\"}");
    }
}
