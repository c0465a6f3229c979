//! Seeded choices, and values of patterns.

use std::collections::HashMap;

use proptest::strategy::{SBoxedStrategy, Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A source of choices: equal names draw equal values, whatever else is drawn.
pub(crate) struct Draw(TestRunner, HashMap<String, SBoxedStrategy<String>>);

impl Draw {
    pub(crate) fn new(name: &str) -> Self {
        let mut seed = [0x5Au8; 32];
        for (i, byte) in name.bytes().enumerate() {
            seed[i % 32] = seed[i % 32].wrapping_mul(31) ^ byte;
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        Self(TestRunner::new_with_rng(Config::default(), rng), HashMap::new())
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (0..end).new_tree(&mut self.0).expect("a range has values").current()
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// `count` signs of `alphabet`.
    pub(crate) fn of(&mut self, alphabet: &str, count: usize) -> String {
        (0..count).map(|_| char::from(self.pick(alphabet.as_bytes()))).collect()
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.of("0123456789", count)
    }

    /// Digits of which the first is not 0.
    pub(crate) fn natural(&mut self, count: usize) -> String {
        self.of("123456789", 1) + &self.digits(count - 1)
    }

    pub(crate) fn letters(&mut self, count: usize) -> String {
        self.of("ABCDEFGHJKLMNPQRSTUVWXYZ", count)
    }

    pub(crate) fn hex(&mut self, count: usize) -> String {
        self.of("0123456789abcdef", count)
    }

    pub(crate) fn uuid(&mut self) -> String {
        let mut part = |count| self.hex(count);
        format!("{}-{}-{}-{}-{}", part(8), part(4), part(4), part(4), part(12))
    }

    /// Day, month and the year's last two digits.
    pub(crate) fn day_month_year(&mut self) -> (String, String, String) {
        let two = |n: usize| format!("{n:02}");
        (two(1 + self.below(28)), two(1 + self.below(12)), two(self.below(100)))
    }

    pub(crate) fn yymmdd(&mut self) -> String {
        let (day, month, year) = self.day_month_year();
        year + &month + &day
    }

    pub(crate) fn ddmmyy(&mut self) -> String {
        let (day, month, year) = self.day_month_year();
        day + &month + &year
    }

    /// A text that `pattern` matches.
    pub(crate) fn like(&mut self, pattern: &str) -> String {
        if !self.1.contains_key(pattern) {
            self.1.insert(pattern.to_owned(), strategy(pattern));
        }
        self.1[pattern].new_tree(&mut self.0).expect("a pattern has values").current()
    }
}

fn strategy(pattern: &str) -> SBoxedStrategy<String> {
    // The alphabet that Django draws from; the pattern takes any sign but blanks and quotes.
    let ascii = pattern.replace(r#"[^\s"'`]"#, r"[a-z0-9!@#$%^&*(\-_=+)]").replace(r"\d", "[0-9]");
    string_regex(&ascii).unwrap_or_else(|error| panic!("`{ascii}` is no pattern: {error}")).sboxed()
}
