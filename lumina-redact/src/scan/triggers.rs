//! The loop over digits, `@`, `%` and the first byte of blanks and hyphens beyond ASCII.

use super::Scan;
use crate::detect;

/// Whether `byte` stops the loop.
#[inline]
fn stops(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10 || byte == b'@' || byte == b'%' || byte == 0xC2
}

const BLOCK: usize = 32;

/// The next byte at or after `from` that stops the loop.
#[inline]
fn next_stop(text: &[u8], mut from: usize) -> Option<usize> {
    while let Some(block) = text.get(from..from + BLOCK) {
        // No early exit, so that the compiler compares the block as a whole.
        if block.iter().fold(false, |any, &byte| any | stops(byte)) {
            break;
        }
        from += BLOCK;
    }
    text.get(from..)?.iter().position(|&byte| stops(byte)).map(|offset| from + offset)
}

impl Scan<'_> {
    pub(super) fn triggers(&mut self) {
        let mut at = 0;
        // The end of the last token: none is read twice.
        let mut floor = 0;
        while let Some(stop) = next_stop(self.text, at) {
            match self.text[stop] {
                b'@' => {
                    at = detect::email::at_sign(self, stop, floor);
                    floor = floor.max(stop + 1);
                }
                b'%' => {
                    let hex = |at: usize| self.byte(at).is_some_and(|b| b.is_ascii_hexdigit());
                    if hex(stop + 1) && hex(stop + 2) {
                        self.decode(stop);
                    }
                    at = stop + 1;
                }
                0xC2 => {
                    // The blank that does not break, the hyphen that does not show.
                    if matches!(self.byte(stop + 1), Some(0xA0 | 0xAD)) {
                        self.decode(stop);
                    }
                    at = stop + 1;
                }
                _ => {
                    let mut start = stop;
                    while start > floor && self.text[start - 1].is_ascii_alphanumeric() {
                        start -= 1;
                    }
                    let length = self.text[stop..].iter().take_while(|b| b.is_ascii_alphanumeric());
                    let end = stop + length.count();
                    detect::tokens::token(self, start, stop, end);
                    at = end;
                    floor = end;
                }
            }
        }
    }
}
