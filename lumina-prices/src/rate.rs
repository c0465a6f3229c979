//! Rates: what one unit costs, read from decimal texts and floats without losing a digit.

use crate::money::Money;
use std::fmt;

/// Decimals of a dollar that a rate holds per unit.
const DECIMALS: u32 = 15;

/// The price of one token, request or search in femtodollars (10⁻¹⁵ USD).
///
/// A price a million units keeps nine decimals of a dollar, one a thousand units twelve; finer
/// figures are rounded half to even when they are read. At most $18,446 a unit.
///
/// # Examples
///
/// ```
/// use lumina_prices::{Rate, RateError};
///
/// let rate = Rate::per_million("0.075")?;
/// assert_eq!(rate.femto_usd(), 75_000_000);
/// assert_eq!((rate * 1_000_000).to_string(), "$0.075");
/// assert_eq!(Rate::per_million("-1"), Err(RateError::Negative));
/// # Ok::<(), RateError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u64);

/// Why a text or a number is not a price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateError {
    /// Below zero.
    #[error("a price is not negative")]
    Negative,
    /// Not a decimal number such as `1.25`.
    #[error("a price is a decimal number such as 1.25")]
    NotANumber,
    /// More than $18,446 for one unit.
    #[error("a price is at most 18446 dollars a unit")]
    TooHigh,
}

impl Rate {
    /// Nothing to pay.
    pub const FREE: Self = Self(0);

    /// A rate of so many femtodollars (10⁻¹⁵ USD) a unit.
    pub const fn from_femto_usd(femto_usd: u64) -> Self {
        Self(femto_usd)
    }

    /// Femtodollars (10⁻¹⁵ USD) a unit.
    pub const fn femto_usd(self) -> u64 {
        self.0
    }

    /// Reads dollars a million units, such as `"0.075"`.
    ///
    /// # Errors
    ///
    /// Where the text is negative, no decimal number, or too much.
    pub fn per_million(usd: &str) -> Result<Self, RateError> {
        Self::from_text(usd, 6)
    }

    /// Reads dollars a thousand units, such as `"10"` for a thousand searches.
    ///
    /// ```
    /// # use lumina_prices::Rate;
    /// assert_eq!((Rate::per_thousand("10")? * 3).to_string(), "$0.03");
    /// # Ok::<(), lumina_prices::RateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`per_million`](Self::per_million).
    pub fn per_thousand(usd: &str) -> Result<Self, RateError> {
        Self::from_text(usd, 3)
    }

    /// Reads dollars a unit, such as `"0.000000125"`.
    ///
    /// ```
    /// # use lumina_prices::Rate;
    /// assert_eq!(Rate::per_unit("0.000000125")?, Rate::per_million("0.125")?);
    /// # Ok::<(), lumina_prices::RateError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`per_million`](Self::per_million).
    pub fn per_unit(usd: &str) -> Result<Self, RateError> {
        Self::from_text(usd, 0)
    }

    /// Reads dollars for `10^power` units.
    pub(crate) fn from_text(usd: &str, power: u32) -> Result<Self, RateError> {
        parse(usd, DECIMALS - power)
    }

    /// Whole dollars for `10^power` units.
    pub(crate) fn from_whole(usd: u64, power: u32) -> Result<Self, RateError> {
        let femto = usd.checked_mul(10_u64.pow(DECIMALS - power));
        femto.map(Self).ok_or(RateError::TooHigh)
    }

    /// Dollars for `10^power` units, as the decimal number that was written.
    pub(crate) fn from_float(usd: f64, power: u32) -> Result<Self, RateError> {
        let scaled = usd * 10_f64.powi((DECIMALS - power) as i32);
        let nearest = scaled.round();
        // A product this near to a whole number, and this small, is that number: the figure had no
        // more decimals than fit. All else goes by its decimal text.
        if (scaled - nearest).abs() < 1e-3 && (0.0..1e12).contains(&scaled) {
            return Ok(Self(nearest as u64));
        }
        Self::from_text(&decimal_text(usd), power)
    }

    /// This rate times a fraction, rounded half to even to a femtodollar.
    pub(crate) fn scaled(self, numerator: u32, denominator: u32) -> Self {
        let product = u128::from(self.0) * u128::from(numerator);
        let by = u128::from(denominator.max(1));
        let quotient = product / by;
        let twice = 2 * (product % by);
        let up = twice > by || (twice == by && quotient % 2 == 1);
        // OK to saturate: fractions are discounts, so the product never grows past a u64.
        Self(u64::try_from(quotient + u128::from(up)).unwrap_or(u64::MAX))
    }
}

impl std::ops::Mul<u64> for Rate {
    type Output = Money;

    /// What `count` units cost, exact.
    fn mul(self, count: u64) -> Money {
        let product = u128::from(self.0) * u128::from(count);
        // OK to saturate: that would be 10^23 dollars.
        Money::from_femto_usd(i128::try_from(product).unwrap_or(i128::MAX))
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/unit", Money::from_femto_usd(i128::from(self.0)))
    }
}

/// The shortest decimal text that reads back as this double: the figure as it was written.
pub(crate) fn decimal_text(value: f64) -> String {
    // Beyond 15 digits a double holds noise of a binary division (0.18000000000000002), which
    // the rounding in `parse` takes off.
    format!("{value}")
}

/// Reads a decimal text times `10^scale`, rounded half to even.
fn parse(text: &str, scale: u32) -> Result<Rate, RateError> {
    let text = text.trim();
    if let Some(positive) = text.strip_prefix('-') {
        let is_zero = positive.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        return if is_zero { parse(positive, scale) } else { Err(RateError::Negative) };
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(RateError::NotANumber);
    }
    let kept = fraction.len().min(scale as usize);
    let (fraction, finer) = fraction.split_at(kept);
    let mut value: u128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        value = value * 10 + u128::from(digit - b'0');
        if value > u128::from(u64::MAX) {
            return Err(RateError::TooHigh);
        }
    }
    value *= 10_u128.pow(scale - kept as u32);
    let tie = finer.starts_with('5') && finer[1..].bytes().all(|digit| digit == b'0');
    let up = finer.bytes().next().is_some_and(|digit| digit >= b'5') && (!tie || value % 2 == 1);
    u64::try_from(value + u128::from(up)).map(Rate).map_err(|_| RateError::TooHigh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_of_binary_fractions_is_rounded_away() {
        assert_eq!(
            Rate::per_million(&decimal_text(0.180_000_000_000_000_02)),
            Rate::per_million("0.18")
        );
        assert_eq!(Rate::per_million("0.08333333333333334").map(Rate::femto_usd), Ok(83_333_333));
    }

    #[test]
    fn a_float_is_read_as_its_decimal_text() {
        for text in
            ["0.003625", "0.18", "1.25", "0.08333333333333334", "0", "600", "0.000000001", "18446"]
        {
            for power in [0, 3, 6] {
                let float = Rate::from_float(text.parse().unwrap(), power);
                assert_eq!(float, Rate::from_text(text, power), "{text} {power}");
            }
        }
        for figure in 0..200_000_u32 {
            let text = format!("{}.{:05}", figure / 100_000, figure % 100_000);
            let float = Rate::from_float(text.parse().unwrap(), 6);
            assert_eq!(float, Rate::per_million(&text), "{text}");
        }
        assert_eq!(Rate::from_float(-1.0, 6), Err(RateError::Negative));
        assert_eq!(Rate::from_float(f64::NAN, 6), Err(RateError::NotANumber));
        assert_eq!(Rate::from_float(f64::INFINITY, 6), Err(RateError::NotANumber));
        assert_eq!(Rate::from_whole(u64::MAX, 6), Err(RateError::TooHigh));
    }

    #[test]
    fn a_tie_goes_to_the_even_neighbour() {
        assert_eq!(Rate::per_unit("0.0000000000000025").map(Rate::femto_usd), Ok(2));
        assert_eq!(Rate::per_unit("0.0000000000000035").map(Rate::femto_usd), Ok(4));
        assert_eq!(Rate::per_unit("0.00000000000000250001").map(Rate::femto_usd), Ok(3));
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in ["", ".", "1e3", "1,5", "$1", "NaN", "inf", "0x1"] {
            assert_eq!(Rate::per_million(text), Err(RateError::NotANumber), "{text}");
        }
        assert_eq!(Rate::per_unit("18447"), Err(RateError::TooHigh));
        assert_eq!(Rate::per_unit(&"9".repeat(80)), Err(RateError::TooHigh));
        assert_eq!(Rate::per_unit("-0.0"), Ok(Rate::FREE));
    }

    #[test]
    fn half_of_an_odd_rate_is_rounded_to_even() {
        assert_eq!(Rate(7).scaled(1, 2), Rate(4));
        assert_eq!(Rate(5).scaled(1, 2), Rate(2));
        assert_eq!(Rate(u64::MAX).scaled(1, 1), Rate(u64::MAX));
    }
}
