//! Money: exact sums of dollars.
//!
//! Owns the unit and the one place where it is rounded, the display. Knows nothing of tokens.

use serde::de::{self, Visitor};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// Femtodollars in a dollar.
const FEMTO_PER_USD: i128 = 1_000_000_000_000_000;
/// Decimals of a dollar that the unit holds.
const DECIMALS: usize = 15;

/// An exact amount in femtodollars (10⁻¹⁵ USD).
///
/// One token at $0.003625 a million costs 3,625,000 femtodollars: every price of the table is a
/// whole number of them, so no sum is ever rounded. Rounding happens at the end and only where
/// asked for, half to even: [`Display`](fmt::Display) with a precision, [`nano_usd`](Self::nano_usd),
/// [`usd_f64`](Self::usd_f64).
///
/// Sums saturate at ±1.7 x 10²³ dollars, which no sum of costs reaches.
///
/// # Examples
///
/// ```
/// use lumina_prices::Money;
///
/// let token = Money::from_femto_usd(2_500_000_000);
/// let thousand: Money = std::iter::repeat_n(token, 1000).sum();
/// assert_eq!(thousand.to_string(), "$0.0025");
/// assert_eq!(format!("{thousand:.3}"), "$0.002", "half to even");
/// assert_eq!(thousand.nano_usd(), 2_500_000);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

impl Money {
    /// No dollars.
    pub const ZERO: Self = Self(0);

    /// An amount in femtodollars (10⁻¹⁵ USD).
    pub const fn from_femto_usd(femto_usd: i128) -> Self {
        Self(femto_usd)
    }

    /// The amount in femtodollars (10⁻¹⁵ USD), exact.
    pub const fn femto_usd(self) -> i128 {
        self.0
    }

    /// The amount in nanodollars (10⁻⁹ USD), rounded half to even.
    ///
    /// ```
    /// # use lumina_prices::Money;
    /// assert_eq!(Money::from_femto_usd(1_499_999).nano_usd(), 1);
    /// assert_eq!(Money::from_femto_usd(2_500_000).nano_usd(), 2);
    /// ```
    pub const fn nano_usd(self) -> i128 {
        round_half_even(self.0, 1_000_000)
    }

    /// The dollar amount as the nearest double: for wires that have nothing better, never for sums.
    ///
    /// ```
    /// # use lumina_prices::Money;
    /// assert_eq!(Money::from_femto_usd(125_000_000_000_000).usd_f64(), 0.125);
    /// ```
    pub fn usd_f64(self) -> f64 {
        // A decimal text is read to the nearest double; a division of doubles would round twice.
        self.plain().parse().unwrap_or(f64::NAN)
    }

    /// Whether this is no money at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Dollars with all their decimals, without a sign for the currency.
    fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (dollars, rest) = split(self.0.unsigned_abs(), DECIMALS);
        let digits = format!("{rest:0DECIMALS$}");
        let digits = digits.trim_end_matches('0');
        format!("{sign}{dollars}.{digits:0<2}")
    }
}

/// Divides, and rounds to the nearest, ties to the even neighbour.
const fn round_half_even(value: i128, by: i128) -> i128 {
    let quotient = value.div_euclid(by);
    let twice = 2 * value.rem_euclid(by);
    let up = twice > by || (twice == by && quotient % 2 != 0);
    quotient + up as i128
}

/// Whole dollars and what is left of them, where a dollar has `decimals` decimals.
const fn split(value: u128, decimals: usize) -> (u128, u128) {
    let unit = 10_u128.pow(decimals as u32);
    (value / unit, value % unit)
}

/// Dollars: all decimals, at least two, or as many as the precision says, rounded half to even.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match f.precision() {
            None => self.plain(),
            Some(precision) => {
                let shown = precision.min(DECIMALS);
                let by = FEMTO_PER_USD / 10_i128.pow(shown as u32);
                let rounded = round_half_even(self.0, by);
                let sign = if rounded < 0 { "-" } else { "" };
                let (dollars, rest) = split(rounded.unsigned_abs(), shown);
                match shown {
                    0 => format!("{sign}{dollars}"),
                    _ => format!("{sign}{dollars}.{rest:0shown$}"),
                }
            }
        };
        match text.strip_prefix('-') {
            Some(positive) => f.write_str(&format!("-${positive}")),
            None => f.write_str(&format!("${text}")),
        }
    }
}

/// Why a text is no amount of dollars.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no amount of dollars such as 12.50, with at most 15 decimals")]
pub struct MoneyError {
    text: Box<str>,
}

/// Reads what [`Display`](fmt::Display) writes, with the dollar sign or without.
///
/// ```
/// use lumina_prices::Money;
///
/// let budget: Money = "100".parse()?;
/// let spent: Money = "$99.999".parse()?;
/// assert_eq!((budget - spent).to_string(), "$0.001");
/// assert!("1e3".parse::<Money>().is_err());
/// # Ok::<(), lumina_prices::MoneyError>(())
/// ```
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        femto_usd(text.trim()).map(Self).ok_or_else(|| {
            let text = text.chars().take(64).collect::<String>();
            MoneyError { text: text.into() }
        })
    }
}

fn femto_usd(text: &str) -> Option<i128> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |positive| (-1, positive));
    let text = text.strip_prefix('$').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.bytes().chain(fraction.bytes());
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    if !has_digits || fraction.len() > DECIMALS || !digits.clone().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let value = digits.chain(std::iter::repeat_n(b'0', DECIMALS - fraction.len()));
    let value = value.into_iter().try_fold(0_i128, |value, digit| {
        value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))
    })?;
    Some(sign * value)
}

/// The exact decimal text, such as `"0.0025"`: no format's own numbers could hold it.
impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.plain())
    }
}

/// A decimal text, or a number as it is written in TOML or JSON.
impl<'de> serde::Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(MoneyVisitor)
    }
}

struct MoneyVisitor;

impl Visitor<'_> for MoneyVisitor {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dollars such as 12.50 or \"12.50\"")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Money, E> {
        text.parse().map_err(E::custom)
    }
    fn visit_u64<E: de::Error>(self, usd: u64) -> Result<Money, E> {
        Ok(Money(i128::from(usd) * FEMTO_PER_USD))
    }
    fn visit_i64<E: de::Error>(self, usd: i64) -> Result<Money, E> {
        Ok(Money(i128::from(usd) * FEMTO_PER_USD))
    }
    fn visit_f64<E: de::Error>(self, usd: f64) -> Result<Money, E> {
        self.visit_str(&usd.to_string())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn femto(value: i128) -> Money {
        Money::from_femto_usd(value)
    }

    #[test]
    fn shows_every_decimal_there_is_and_no_more() {
        assert_eq!(femto(1).to_string(), "$0.000000000000001");
        assert_eq!(femto(FEMTO_PER_USD).to_string(), "$1.00");
        assert_eq!(femto(-FEMTO_PER_USD / 8).to_string(), "-$0.125");
        assert_eq!(Money::ZERO.to_string(), "$0.00");
    }

    #[test]
    fn a_precision_rounds_half_to_even_on_both_sides_of_zero() {
        for (value, shown) in [(5, "$0.00"), (15, "$0.02"), (25, "$0.02"), (26, "$0.03")] {
            assert_eq!(format!("{:.2}", femto(value * FEMTO_PER_USD / 1000)), shown);
        }
        assert_eq!(format!("{:.2}", femto(-15 * FEMTO_PER_USD / 1000)), "-$0.02");
        assert_eq!(format!("{:.2}", femto(-25 * FEMTO_PER_USD / 1000)), "-$0.02");
        assert_eq!(format!("{:.0}", femto(3 * FEMTO_PER_USD / 2)), "$2");
    }

    #[test]
    fn more_decimals_than_there_are_show_what_there_is() {
        assert_eq!(format!("{:.40}", femto(7)), "$0.000000000000007");
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for value in [0, 1, -1, 15, FEMTO_PER_USD, -FEMTO_PER_USD / 3, i128::MAX / 7, i128::MIN + 1]
        {
            assert_eq!(femto(value).to_string().parse(), Ok(femto(value)));
            let json = serde_json::to_string(&femto(value)).unwrap();
            assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), femto(value), "{json}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        let long = "9".repeat(40);
        for text in ["", ".", "-", "$", "$-1", "--1", "1e3", "1,000", "0.0000000000000001", &long] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
        for json in ["100", "100.0", "\"100\"", "\"$100.00\""] {
            assert_eq!(serde_json::from_str::<Money>(json).unwrap(), femto(100 * FEMTO_PER_USD));
        }
        assert!(serde_json::from_str::<Money>("1e300").is_err());
        assert!(serde_json::from_str::<Money>("true").unwrap_err().to_string().contains("12.50"));
    }

    #[test]
    fn the_double_is_the_nearest_one() {
        assert_eq!(femto(100_000_000_000_000).usd_f64(), 0.1);
        assert_eq!(femto(-300_000_000_000_000).usd_f64(), -0.3);
        assert!(femto(i128::MAX).usd_f64().is_finite());
    }
}
