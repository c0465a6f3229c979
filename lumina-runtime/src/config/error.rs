//! What is wrong with a file of settings.

use std::fmt;
use std::path::PathBuf;

/// A file of settings cannot be used. It is refused as a whole: whatever was in force stays so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read, or is no text.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's words, or what is wrong with the bytes.
        reason: String,
    },

    /// The file says something that is not accepted: every such place.
    #[error("{}", list(path, mistakes))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// One entry for each mistake, in the order of the file.
        mistakes: Vec<ConfigMistake>,
    },
}

/// A place in a file of settings that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigMistake {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The key with the tables around it, as `policy."answer".retry.max`; empty where the file is
    /// no TOML.
    pub key: String,
    /// The value as it is written, cut to 60 characters; `None` where the key itself is the
    /// mistake.
    pub value: Option<String>,
    /// What is wrong, and what is accepted instead.
    pub message: String,
}

impl fmt::Display for ConfigMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ConfigMistake { line, column, key, value, message } = self;
        write!(f, "{line}:{column}: ")?;
        match value {
            Some(value) if !key.is_empty() => write!(f, "{key} = {value}: {message}"),
            _ if !key.is_empty() => write!(f, "{key}: {message}"),
            _ => f.write_str(message),
        }
    }
}

fn list(path: &std::path::Path, mistakes: &[ConfigMistake]) -> String {
    let path = path.display();
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{path}:{mistake}")).collect();
    lines.join("\n")
}
