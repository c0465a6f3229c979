//! Places in a text: from a byte to its line and column.

/// The beginnings of a text's lines.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// Line and column of a byte, both counted from 1, the column in characters. A byte past the end
    /// counts as the end.
    pub(super) fn of(&self, byte: usize) -> (usize, usize) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        (line, self.text[start..byte].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_from_one_and_in_characters() {
        let lines = Lines::new("ab\né = 1\n");
        assert_eq!(lines.of(0), (1, 1));
        assert_eq!(lines.of(1), (1, 2));
        assert_eq!(lines.of(3), (2, 1));
        assert_eq!(lines.of(6), (2, 3));
        assert_eq!(lines.of(4), (2, 1), "the middle of a character is the character");
        assert_eq!(lines.of(99), (3, 1));
        assert_eq!(Lines::new("").of(0), (1, 1));
    }
}
