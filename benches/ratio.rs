//! Medians, and the range around them.

use std::fmt;

/// The least, the median and the greatest of some measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The middle one; of an even number, the mean of the two in the middle.
    pub median: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// The spread of `values`; `None` when there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = match values.len() % 2 {
            0 => (values[middle - 1] + values[middle]) / 2.0,
            _ => values[middle],
        };
        Some(Spread { min, median, max })
    }

    /// The spread of `a / b`, round by round.
    ///
    /// Rounds in which `b` is not above zero (noise, on something that costs nothing) are left out.
    pub fn of_ratio(a: &[f64], b: &[f64]) -> Option<Spread> {
        Spread::of(a.iter().zip(b).filter(|(_, b)| **b > 0.0).map(|(a, b)| a / b))
    }
}

/// `median (min-max)`, with two or three digits.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { min, median, max } = *self;
        f.pad(&format!("{} ({}-{})", short(median), short(min), short(max)))
    }
}

/// A number with as many decimals as it has a use for.
pub fn short(value: f64) -> String {
    match value.abs() {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        0.1.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_of_the_sorted_values() {
        assert_eq!(Spread::of([9.0, 1.0, 5.0]).unwrap().median, 5.0);
        assert_eq!(Spread::of([9.0, 1.0, 5.0, 4.0]).unwrap().median, 4.5);
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        let spread = Spread::of_ratio(&[2.0, 40.0, 6.0], &[1.0, 10.0, 0.0]).unwrap();
        assert_eq!(spread, Spread { min: 2.0, median: 3.0, max: 4.0 });
    }
}
