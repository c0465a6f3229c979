//! One line of the tree: pieces of text, coloured, no wider than allowed.

use super::style::{Look, Paint};
use super::text::{columns, columns_of_char};

/// One line, cut at the look's width. Its text is safe already.
pub(super) struct Line<'a> {
    text: String,
    look: &'a Look,
    columns_left: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(look: &'a Look) -> Self {
        Line { text: String::new(), look, columns_left: look.width }
    }

    /// Room that is left.
    pub(super) fn columns_left(&self) -> usize {
        self.columns_left
    }

    /// Appends `text`, or as much of it as fits and an ellipsis; then nothing more.
    pub(super) fn put(&mut self, paint: Paint, text: &str) {
        let needed = columns(text);
        if needed <= self.columns_left {
            self.look.paint(&mut self.text, paint, text);
            self.columns_left -= needed;
        } else if self.columns_left > 0 {
            let ellipsis = self.look.glyphs.ellipsis;
            let room = self.columns_left.saturating_sub(columns(ellipsis));
            self.look.paint(&mut self.text, paint, start_of(text, room));
            self.text.push_str(ellipsis);
            self.columns_left = 0;
        }
    }

    /// Appends the line to `out`.
    pub(super) fn end(self, out: &mut String) {
        out.push_str(&self.text);
        out.push('\n');
    }
}

/// As much of `text` as `room` columns take.
fn start_of(text: &str, room: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += columns_of_char(*c);
        used > room
    });
    end.map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::super::style::UNICODE;
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_at_a_character_and_nothing_follows() {
        let look = Look { colors: false, glyphs: &UNICODE, width: 8 };
        for (pieces, shown) in [
            (&["12345678"][..], "12345678\n"),
            (&["123456789"], "1234567…\n"),
            (&["12345678", "9"], "12345678\n"),
            (&["日本日本日"], "日本日…\n"),
            (&["1234567", "日", "x"], "1234567…\n"),
        ] {
            let (mut line, mut out) = (Line::new(&look), String::new());
            pieces.iter().for_each(|piece| line.put(Paint::Plain, piece));
            line.end(&mut out);
            assert_eq!(out, shown);
        }
    }
}
