//! Money: exact sums of dollars.
//!
//! Owns the unit and the one place where it is rounded, the display. Knows nothing of tokens.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

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
    fn the_double_is_the_nearest_one() {
        assert_eq!(femto(100_000_000_000_000).usd_f64(), 0.1);
        assert_eq!(femto(-300_000_000_000_000).usd_f64(), -0.3);
        assert!(femto(i128::MAX).usd_f64().is_finite());
    }
}
