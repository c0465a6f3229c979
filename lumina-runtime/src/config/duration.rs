//! Durations as strings, as the attributes have them: `"500ms"`, `"10s"`, `"1.5h"`.

use std::time::Duration;

pub(super) const ACCEPTED: &str = "a duration is a number with a unit, such as \"500ms\" or \
                                   \"1.5s\"; the units are us, ms, s, m and h";

/// Nanoseconds in each unit.
const UNITS: &[(&str, f64)] = &[("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12)];

/// The duration, never zero, or what is wrong with it.
pub(super) fn read(text: &str) -> Result<Duration, &'static str> {
    let text = text.trim();
    if text.starts_with('-') {
        return Err("is negative");
    }
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..unit_at], text[unit_at..].trim());
    if number.is_empty() {
        return Err("does not begin with a number");
    }
    if unit.is_empty() {
        return Err("has no unit");
    }
    let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit).ok_or("has an unknown unit")?;
    let number: f64 = number.parse().map_err(|_| "does not begin with a number")?;
    let nanos = number * scale;
    if nanos < 1.0 {
        return Err("is zero");
    }
    if nanos > 1e18 {
        return Err("is longer than thirty years");
    }
    // OK: in range, and a fraction of a nanosecond is nothing.
    Ok(Duration::from_nanos(nanos.round() as u64))
}

/// As a user would write it: `31.5s`, `500ms`.
pub(super) fn show(duration: Duration) -> String {
    match duration {
        short if short < Duration::from_millis(1) => format!("{}us", short.as_nanos() as f64 / 1e3),
        short if short < Duration::from_secs(1) => format!("{}ms", short.as_nanos() as f64 / 1e6),
        long => format!("{}s", (long.as_secs_f64() * 1e3).round() / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_of_the_attributes_is_read() {
        for (text, millis) in
            [("500ms", 500), ("10s", 10_000), ("1.5 s", 1_500), ("2m", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(read(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(read("250us"), Ok(Duration::from_micros(250)));
    }

    #[test]
    fn what_is_no_duration_is_told_apart() {
        for (text, mistake) in [
            ("10", "has no unit"),
            ("1O s", "has an unknown unit"),
            ("-1s", "is negative"),
            ("0s", "is zero"),
            ("s", "does not begin with a number"),
            ("", "does not begin with a number"),
            ("1.2.3s", "does not begin with a number"),
            ("99999999h", "is longer than thirty years"),
        ] {
            assert_eq!(read(text), Err(mistake), "{text}");
        }
    }

    #[test]
    fn durations_are_shown_as_they_are_written() {
        for text in ["31.5s", "500ms", "250us", "90s"] {
            assert_eq!(read(text).map(show).as_deref(), Ok(text));
        }
    }
}
