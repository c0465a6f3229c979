//! Which fault a function gets, and what of it can happen there.

use crate::call::{Declared, Settings};
use crate::config::fault::FaultRule;
use crate::policy::fault::FaultConfig;

/// The fault of the closest rule, without what cannot happen to this function; nothing where
/// nothing of it can.
pub(super) fn of(
    rules: &[FaultRule],
    declared: &Declared,
    settings: &Settings,
) -> Option<FaultConfig> {
    let matching = rules.iter().filter(|rule| rule.pattern.matches(declared.name));
    // Of equals the last.
    let rule = matching.max_by_key(|rule| rule.pattern.closeness())?;
    let config = FaultConfig {
        seed: rule.seed,
        // Whether the function has an error for it shows when it is called.
        error_rate: rule.error_rate,
        timeout_rate: if is_timed(settings) { rule.timeout_rate } else { 0.0 },
        delay: rule.delay,
        delay_rate: rule.delay_rate,
    };
    let possible = config.error_rate + config.timeout_rate + config.delay_rate > 0.0;
    possible.then_some(config)
}

/// Whether what hangs ends.
fn is_timed(settings: &Settings) -> bool {
    settings.attempt_timeout.is_some() || settings.total_timeout.is_some()
}
