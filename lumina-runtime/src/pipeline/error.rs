//! Why a pipeline could not be set up.

use std::fmt;
use std::io;

/// Why a pipeline could not be set up. Nothing is left half-installed.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Environment variables or builder calls with values that are not accepted: all of them.
    #[error("{}", list(.settings))]
    Invalid {
        /// One entry for each wrong value.
        settings: Vec<InvalidSetting>,
    },

    /// The OTLP exporter cannot be set up as asked for.
    #[cfg(feature = "otlp")]
    #[error(transparent)]
    Otlp(#[from] crate::export::OtlpConfigError),

    /// The OTLP exporter is asked for and was not compiled in.
    #[error("{setting} asks for the exporter `otlp`, which needs lumina's feature `otlp`")]
    OtlpNotCompiled {
        /// The environment variable.
        setting: &'static str,
    },

    /// The file of settings cannot be used.
    #[cfg(feature = "config")]
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),

    /// A file of settings is asked for, and reading it was not compiled in.
    #[error("{setting} asks for a file of settings, which needs lumina's feature `config`")]
    ConfigNotCompiled {
        /// The environment variable.
        setting: &'static str,
    },

    /// A spool is asked for and was not compiled in.
    #[error("LUMINA_SPOOL_DIR asks for a spool, which needs lumina's feature `spool`")]
    SpoolNotCompiled,

    /// A pipeline is installed. It stays as it was.
    #[error(
        "a pipeline is already installed; install once, in `main`, and use `build_scoped` in tests"
    )]
    AlreadyInstalled,

    /// The operating system refused a thread.
    #[error("cannot start the thread `{name}`")]
    Thread {
        /// The thread's name.
        name: String,
        /// The operating system's words.
        source: io::Error,
    },

    /// The thread that collects spans could not be started.
    #[error("cannot start collecting")]
    Collector {
        /// What was in the way.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<InvalidSetting> for SetupError {
    fn from(setting: InvalidSetting) -> Self {
        SetupError::Invalid { settings: vec![setting] }
    }
}

/// The message, as `Display` has it: it is what `fn main() -> Result<(), SetupError>` prints.
impl std::fmt::Debug for SetupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A setting whose value is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidSetting {
    /// The environment variable or the builder's method.
    pub name: String,
    /// The value as it was given, cut to 100 characters; `None` for a secret, or where the mistake
    /// is that there is none.
    pub value: Option<String>,
    /// What is accepted instead.
    pub accepted: String,
}

impl InvalidSetting {
    const MAX_CHARS: usize = 100;

    pub(crate) fn new(
        name: impl Into<String>,
        value: impl AsRef<str>,
        accepted: impl Into<String>,
    ) -> Self {
        let value = value.as_ref().chars().take(Self::MAX_CHARS).collect();
        InvalidSetting { name: name.into(), value: Some(value), accepted: accepted.into() }
    }

    pub(crate) fn without_value(name: impl Into<String>, accepted: impl Into<String>) -> Self {
        InvalidSetting { name: name.into(), value: None, accepted: accepted.into() }
    }
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InvalidSetting { name, value, accepted } = self;
        match value {
            Some(value) => write!(f, "{name} is {value:?}; accepted: {accepted}"),
            None => write!(f, "{name} is not usable; accepted: {accepted}"),
        }
    }
}

fn list(settings: &[InvalidSetting]) -> String {
    let lines: Vec<String> = settings.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_variable_value_and_what_is_accepted() {
        let bad = InvalidSetting::new("LUMINA_ENABLED", "maybe", "1, 0");
        let error = SetupError::Invalid { settings: vec![bad.clone(), bad] };
        let line = "LUMINA_ENABLED is \"maybe\"; accepted: 1, 0";
        assert_eq!(error.to_string(), format!("{line}\n{line}"));
    }

    #[test]
    fn a_value_cannot_fill_the_screen_or_steer_the_terminal() {
        let bad = InvalidSetting::new("X", format!("\x1b[2J{}", "x".repeat(1000)), "1");
        assert!(bad.to_string().len() < 150 && !bad.to_string().contains('\x1b'));
    }
}
