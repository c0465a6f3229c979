//! The file of settings in the life of the process: judged before anything is installed, in force
//! once it is.
//!
//! What is in it is told in `config`. Without the feature there is no file, and whoever asks for one
//! is told.

use super::Builder;
use super::error::SetupError;
use crate::export::worker::Notify;
use std::path::PathBuf;

/// The file that is asked for, and the setting that does.
fn asked_for(builder: &Builder) -> Result<Option<(PathBuf, &'static str)>, SetupError> {
    if let Some(path) = &builder.config_file {
        return Ok(Some((path.clone(), "Builder::config_file")));
    }
    let path = super::env::config_file(&builder.variables)?;
    Ok(path.map(|path| (path, super::env::CONFIG_FILE)))
}

#[cfg(feature = "config")]
mod with_files {
    use super::{Builder, Notify, SetupError, asked_for};
    use crate::config::{self, ConfigSource, Loaded, Watch};
    use std::sync::Arc;

    /// A file that was found right, if one is asked for.
    pub(in crate::pipeline) struct Settings(Option<(ConfigSource, Loaded)>);

    /// What looks after the file.
    pub(in crate::pipeline) type Watching = Option<Arc<Watch>>;

    impl Settings {
        /// Reads what `builder` and its variables ask for. Nothing is in force yet.
        pub(in crate::pipeline) fn prepare(builder: &Builder) -> Result<Settings, SetupError> {
            let Some((path, _)) = asked_for(builder)? else { return Ok(Settings(None)) };
            let source = ConfigSource { path, allow_faults: builder.allow_faults };
            let loaded = source.load()?;
            Ok(Settings(Some((source, loaded))))
        }

        /// Puts them in force; without a file, what the attributes say.
        pub(in crate::pipeline) fn start(self, notify: Notify) -> Result<Watching, SetupError> {
            let Some((source, loaded)) = self.0 else {
                config::clear();
                return Ok(None);
            };
            let watch = Watch::start(source, loaded, notify).map_err(|source| {
                SetupError::Thread { name: "lumina-config".to_owned(), source }
            })?;
            Ok(Some(watch))
        }
    }
}

#[cfg(not(feature = "config"))]
mod without_files {
    use super::{Builder, Notify, SetupError, asked_for};

    pub(in crate::pipeline) struct Settings;

    /// Nothing to look after.
    pub(in crate::pipeline) struct Watching;

    impl Settings {
        pub(in crate::pipeline) fn prepare(builder: &Builder) -> Result<Settings, SetupError> {
            match asked_for(builder)? {
                None => Ok(Settings),
                Some((_, setting)) => Err(SetupError::ConfigNotCompiled { setting }),
            }
        }

        #[allow(clippy::unnecessary_wraps, reason = "as with files")]
        pub(in crate::pipeline) fn start(self, _: Notify) -> Result<Watching, SetupError> {
            Ok(Watching)
        }
    }
}

#[cfg(feature = "config")]
pub(super) use with_files::{Settings, Watching};
#[cfg(not(feature = "config"))]
pub(super) use without_files::{Settings, Watching};
