//! When a price holds: always, from a day on, or at hours of the day, all in UTC.

use std::fmt;

const SECONDS_A_DAY: i64 = 86_400;

/// When a price holds.
///
/// # Examples
///
/// ```
/// use lumina_prices::Condition;
///
/// let by_day = Condition::Daily { start_s: 1800, end_s: 59_400 };
/// assert_eq!(by_day.to_string(), "00:30-16:30Z");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// Always.
    #[default]
    Always,
    /// From the start of a day (UTC).
    From(Date),
    /// Every day from one time of day until just before another (UTC), over midnight where the
    /// first is the later one. Seconds after midnight.
    Daily {
        /// The first second.
        start_s: u32,
        /// The second after the last one.
        end_s: u32,
    },
}

impl Condition {
    /// Whether it holds at `unix_s`, in seconds since 1970.
    pub(crate) fn holds(self, unix_s: i64) -> bool {
        match self {
            Self::Always => true,
            Self::From(date) => unix_s >= date.start_unix_s(),
            Self::Daily { start_s, end_s } => {
                let now = unix_s.rem_euclid(SECONDS_A_DAY);
                let (start, end) = (i64::from(start_s), i64::from(end_s));
                if start <= end { (start..end).contains(&now) } else { now >= start || now < end }
            }
        }
    }
}

/// `2026-09-01`, `00:30-16:30Z`, or nothing for [`Condition::Always`].
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => Ok(()),
            Self::From(date) => date.fmt(f),
            Self::Daily { start_s, end_s } => {
                let time = |s: u32| (s / 3600, s / 60 % 60);
                let ((from_h, from_m), (to_h, to_m)) = (time(*start_s), time(*end_s));
                write!(f, "{from_h:02}:{from_m:02}-{to_h:02}:{to_m:02}Z")
            }
        }
    }
}

/// A day of the Gregorian calendar, from year 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `2026-09-01`; `None` for anything else and for days that do not exist.
    ///
    /// ```
    /// # use lumina_prices::Date;
    /// assert_eq!(Date::parse("2024-02-29").map(|day| day.to_string()).as_deref(), Some("2024-02-29"));
    /// assert_eq!(Date::parse("2026-02-29"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut part = |digits: usize| {
            let part = parts.next()?;
            let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u16>().ok()).flatten()
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        let in_range = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        let is_date = in_range && parts.next().is_none();
        is_date.then_some(Self { year, month: month as u8, day: day as u8 })
    }

    /// The first second of the day in UTC, in seconds since 1970.
    ///
    /// ```
    /// # use lumina_prices::Date;
    /// assert_eq!(Date::parse("1970-01-02").unwrap().start_unix_s(), 86_400);
    /// assert_eq!(Date::parse("2026-03-13").unwrap().start_unix_s(), 1_773_360_000);
    /// ```
    pub fn start_unix_s(self) -> i64 {
        // Years that begin in March, so that the leap day is the last one.
        let months = i64::from(self.month) + 9;
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let day_of_year = (153 * (months % 12) + 2) / 5 + i64::from(self.day) - 1;
        let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        /// Days from the first of March of the year 0 to 1970-01-01.
        const EPOCH: i64 = 719_468;
        (days + day_of_year - EPOCH) * SECONDS_A_DAY
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_in(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u16::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `16:30:00Z`, `16:30:00` or `16:30` as seconds after midnight UTC.
pub(crate) fn parse_time(text: &str) -> Option<u32> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let mut seconds = 0;
    let mut parts = 0;
    for (part, below) in text.split(':').zip([24, 60, 60]) {
        let number = (part.len() == 2).then(|| part.parse::<u32>().ok()).flatten()?;
        let in_range = number < below && part.bytes().all(|byte| byte.is_ascii_digit());
        seconds = seconds * 60 + in_range.then_some(number)?;
        parts += 1;
    }
    let all = text.split(':').count();
    match (parts, all) {
        (2, 2) => Some(seconds * 60),
        (3, 3) => Some(seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_from_a_day_on_holds_from_its_first_second() {
        let from = Condition::From(Date::parse("2025-06-10").unwrap());
        assert!(!from.holds(1_749_513_599));
        assert!(from.holds(1_749_513_600));
    }

    #[test]
    fn a_daily_price_holds_between_its_times_and_over_midnight() {
        let day = Condition::Daily { start_s: 1800, end_s: 59_400 };
        for (second, holds) in [(1799, false), (1800, true), (59_399, true), (59_400, false)] {
            assert_eq!(day.holds(SECONDS_A_DAY * 20_000 + second), holds, "{second}");
        }
        let night = Condition::Daily { start_s: 59_400, end_s: 1800 };
        for (second, holds) in [(0, true), (1799, true), (1800, false), (59_400, true)] {
            assert_eq!(night.holds(second), holds, "{second}");
        }
        assert!(day.holds(-SECONDS_A_DAY + 1800), "before 1970, too");
    }

    #[test]
    fn times_and_dates_that_are_none_are_refused() {
        assert_eq!(parse_time("00:30:00Z"), Some(1800));
        assert_eq!(parse_time("16:30"), Some(59_400));
        for text in ["", "24:00", "1:30", "12", "12:60", "12:00:00:00", "+1:00", "12:00+01:00"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
        for text in ["", "2026-1-1", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-01-01"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
