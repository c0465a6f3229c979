//! How long a server asks to wait, as its headers say it.

use std::time::{Duration, SystemTime};

/// Reads how long a server asks to wait before another request.
///
/// `header` looks a header up by its lower-case name. `retry-after-ms` (milliseconds, as OpenAI and
/// Azure send it) is preferred to `retry-after`, which is a number of seconds or an HTTP date. A
/// date that has passed is zero; what is neither is `None`.
///
/// # Source
///
/// RFC 9110, section 10.2.3.
///
/// # Examples
///
/// ```
/// use lumina_runtime::retry_after;
/// use std::{collections::HashMap, time::Duration};
///
/// let mut headers = HashMap::from([("retry-after", "2")]);
/// let read = |headers: &HashMap<_, _>| retry_after(|name| headers.get(name).copied());
/// assert_eq!(read(&headers), Some(Duration::from_secs(2)));
/// headers.insert("retry-after-ms", "1500");
/// assert_eq!(read(&headers), Some(Duration::from_millis(1500)));
/// ```
pub fn retry_after<'h>(header: impl Fn(&str) -> Option<&'h str>) -> Option<Duration> {
    let milliseconds = header("retry-after-ms").and_then(|value| scaled(value, 0.001));
    milliseconds.or_else(|| header("retry-after").and_then(|value| wait(value, SystemTime::now())))
}

fn wait(value: &str, now: SystemTime) -> Option<Duration> {
    scaled(value, 1.0).or_else(|| {
        let date = httpdate::parse_http_date(value.trim()).ok()?;
        Some(date.duration_since(now).unwrap_or(Duration::ZERO))
    })
}

/// Reads a number of units of `seconds` each. Not negative, not "inf", not "nan".
fn scaled(value: &str, seconds: f64) -> Option<Duration> {
    let value = value.trim();
    let plain = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = value.parse().ok().filter(|_| plain)?;
    // OK to saturate: such a wish is clamped by any policy.
    Some(Duration::try_from_secs_f64(number * seconds).unwrap_or(Duration::MAX))
}

/// Reads "Please try again in 1m30.5s", which is all that is left of the headers in some errors.
#[cfg(any(test, feature = "async-openai"))]
pub(super) fn in_words(message: &str) -> Option<Duration> {
    const LEAD: &str = "try again in ";
    let mut rest = &message[message.find(LEAD)? + LEAD.len()..];
    let mut total: Option<Duration> = None;
    while rest.starts_with(|first: char| first.is_ascii_digit()) {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (value, after) = rest.split_at(number);
        // "ms" before "m" and "s".
        let units = [("ms", 0.001), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];
        let (unit, seconds) = units.into_iter().find(|(unit, _)| after.starts_with(unit))?;
        total = Some(total.unwrap_or_default().saturating_add(scaled(value, seconds)?));
        rest = &after[unit.len()..];
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(duration: Option<Duration>) -> Option<u128> {
        duration.map(|duration| duration.as_millis())
    }

    #[test]
    fn seconds_and_dates_are_read_and_nonsense_is_not() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let cases = [
            ("0", Some(0)),
            ("2", Some(2_000)),
            (" 1.5 ", Some(1_500)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60_000)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("-1", None),
            ("inf", None),
            ("NaN", None),
            ("1e3", None),
            ("soon", None),
            ("", None),
            ("1.2.3", None),
        ];
        for (value, expected) in cases {
            assert_eq!(millis(wait(value, now)), expected, "{value:?}");
        }
        assert_eq!(wait(&"9".repeat(400), now), Some(Duration::MAX));
    }

    #[test]
    fn milliseconds_are_preferred_but_not_their_nonsense() {
        let read = |ms: &'static str| {
            millis(retry_after(|name| match name {
                "retry-after-ms" => Some(ms),
                "retry-after" => Some("7"),
                _ => None,
            }))
        };
        assert_eq!([read("250"), read("0.4"), read("soon")], [Some(250), Some(0), Some(7_000)]);
        assert_eq!(retry_after(|_| None), None);
    }

    #[test]
    fn a_wish_in_words_is_read() {
        let cases = [
            ("Rate limit reached. Please try again in 20s. Visit", Some(20_000)),
            ("Please try again in 1.242s.", Some(1_242)),
            ("Please try again in 6ms. Visit", Some(6)),
            ("Please try again in 1m30.5s.", Some(90_500)),
            ("Please try again in 2h1m.", Some(7_260_000)),
            ("Please try again in a while", None),
            ("Please try again in 5 apples", None),
            ("Please try again in 5", None),
            ("Please try again later", None),
            ("try again in ", None),
        ];
        for (message, expected) in cases {
            assert_eq!(millis(in_words(message)), expected, "{message:?}");
        }
    }
}
