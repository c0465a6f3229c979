//! The spool's variables: `LUMINA_SPOOL_DIR` asks for one, the others say how.

use super::parse::Reader;
use crate::export::{MIN_MAX_BYTES, SpoolConfig, SpoolMode, SpoolSync};
use std::time::Duration;

/// Reads all of them, so that a wrong value is told even where there is no directory yet.
pub(super) fn read(read: &mut Reader<'_>) -> Option<SpoolConfig> {
    let max_bytes = read.parsed("LUMINA_SPOOL_MAX_BYTES", "bytes, 1048576 or more", |text| {
        text.parse().ok().filter(|bytes| *bytes >= MIN_MAX_BYTES)
    });
    let sync = read.parsed("LUMINA_SPOOL_SYNC", "never, batch, or milliseconds, 1 or more", sync);
    let mode = read.parsed("LUMINA_SPOOL_MODE", "on_failure, write_ahead", mode);
    let mut spool = SpoolConfig::new(read.text("LUMINA_SPOOL_DIR")?);
    spool.max_bytes = max_bytes.unwrap_or(spool.max_bytes);
    spool.sync = sync.unwrap_or(spool.sync);
    spool.mode = mode.unwrap_or(spool.mode);
    Some(spool)
}

fn sync(text: &str) -> Option<SpoolSync> {
    match text {
        "never" => Some(SpoolSync::Never),
        "batch" => Some(SpoolSync::EachBatch),
        millis => {
            let millis = millis.parse().ok().filter(|millis| *millis > 0)?;
            Some(SpoolSync::Interval(Duration::from_millis(millis)))
        }
    }
}

fn mode(text: &str) -> Option<SpoolMode> {
    match text {
        "on_failure" => Some(SpoolMode::OnFailure),
        "write_ahead" => Some(SpoolMode::WriteAhead),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Variables, read_lumina};
    use super::*;

    fn spool(variables: &[(&str, &str)]) -> (Option<SpoolConfig>, Vec<String>) {
        let mut errors = Vec::new();
        let settings = read_lumina(&Variables::given(variables.iter().copied()), &mut errors);
        (settings.spool, errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_directory_is_enough_and_the_other_variables_refine_it() {
        let dir = ("LUMINA_SPOOL_DIR", "/var/spool/x");
        assert_eq!(spool(&[dir]), (Some(SpoolConfig::new("/var/spool/x")), vec![]));
        let refined = spool(&[
            dir,
            ("LUMINA_SPOOL_MAX_BYTES", "2000000"),
            ("LUMINA_SPOOL_SYNC", "250"),
            ("LUMINA_SPOOL_MODE", "write_ahead"),
        ]);
        let expected = SpoolConfig::new("/var/spool/x")
            .max_bytes(2_000_000)
            .sync(SpoolSync::Interval(Duration::from_millis(250)))
            .mode(SpoolMode::WriteAhead);
        assert_eq!(refined, (Some(expected), vec![]));
    }

    #[test]
    fn wrong_values_are_told_even_without_a_directory() {
        let wrong = [
            ("LUMINA_SPOOL_MAX_BYTES", "10"),
            ("LUMINA_SPOOL_SYNC", "sometimes"),
            ("LUMINA_SPOOL_MODE", "both"),
        ];
        let (spool, errors) = spool(&wrong);
        assert_eq!(spool, None);
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert_eq!(
            errors[1],
            "LUMINA_SPOOL_SYNC is \"sometimes\"; accepted: never, batch, or milliseconds, 1 or more"
        );
    }
}
