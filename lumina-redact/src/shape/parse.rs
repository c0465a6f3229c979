//! Reads a shape: `ghp_[A-Za-z0-9]{36}`.
//!
//! Accepted: literal bytes, `\` before a sign, `\d`, `\w`, `\s`, `[..]` with ranges and `^`, the
//! counts `?`, `*`, `+`, `{n}`, `{n,}`, `{n,m}`, lists `(?:one|two)` with an optional `?`, one group
//! `(..)` round what is to be replaced, `(?i)` in front.

use super::{ByteSet, Node, Shape, UNBOUNDED};

/// Why a text is not a shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at} of `{pattern}`: {reason}")]
pub(crate) struct ShapeError {
    /// The pattern.
    pub(crate) pattern: String,
    /// The byte at which reading it stopped.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) reason: &'static str,
}

struct Reader<'a> {
    pattern: &'a [u8],
    at: usize,
    ignore_case: bool,
    nodes: Vec<Node>,
    literal: Vec<u8>,
}

impl Shape {
    /// Reads `pattern`.
    ///
    /// # Errors
    ///
    /// When `pattern` uses what shapes do not have; the error says where.
    pub(crate) fn parse(pattern: &str) -> Result<Self, ShapeError> {
        let (pattern, ignore_case) = match pattern.strip_prefix("(?i)") {
            Some(rest) => (rest, true),
            None => (pattern, false),
        };
        let mut reader = Reader {
            pattern: pattern.as_bytes(),
            at: 0,
            ignore_case,
            nodes: Vec::new(),
            literal: Vec::new(),
        };
        match reader.sequence() {
            Ok(()) => Ok(Self { nodes: reader.nodes.into() }),
            Err(reason) => Err(ShapeError { pattern: pattern.to_owned(), at: reader.at, reason }),
        }
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.pattern.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn sequence(&mut self) -> Result<(), &'static str> {
        while let Some(byte) = self.next() {
            match byte {
                b'[' => {
                    let set = self.class()?;
                    self.counted(set)?;
                }
                b'(' if self.pattern[self.at..].starts_with(b"?:") => {
                    self.at += 2;
                    self.list()?;
                }
                b'(' => self.node(Node::Open),
                b')' => self.node(Node::Close),
                b'\\' => match self.escape()? {
                    Escape::Set(set) => self.counted(set)?,
                    Escape::Byte(byte) => self.byte(byte)?,
                },
                b'.' => return Err("`.` is not accepted; list the bytes"),
                b'|' | b'*' | b'+' | b'?' | b'{' | b'^' | b'$' => return Err("misplaced sign"),
                byte => self.byte(byte)?,
            }
        }
        self.flush();
        Ok(())
    }

    /// One literal byte; a count after it makes it a class.
    fn byte(&mut self, byte: u8) -> Result<(), &'static str> {
        if matches!(self.peek(), Some(b'?' | b'*' | b'+' | b'{')) {
            let mut set = ByteSet::default();
            set.insert(byte);
            return self.counted(set);
        }
        self.literal.push(byte);
        Ok(())
    }

    fn counted(&mut self, set: ByteSet) -> Result<(), &'static str> {
        let (min, max) = self.count()?;
        let set = if self.ignore_case { set.ignoring_case() } else { set };
        self.node(Node::Class { set, min, max });
        Ok(())
    }

    fn count(&mut self) -> Result<(u16, u16), &'static str> {
        let count = match self.peek() {
            Some(b'?') => (0, 1),
            Some(b'*') => (0, UNBOUNDED),
            Some(b'+') => (1, UNBOUNDED),
            Some(b'{') => {
                self.at += 1;
                let min = self.number()?;
                let max = match self.next() {
                    Some(b'}') => return Ok((min, min)),
                    Some(b',') if self.peek() == Some(b'}') => UNBOUNDED,
                    Some(b',') => self.number()?,
                    _ => return Err("expected `}` or `,`"),
                };
                if self.peek() != Some(b'}') || max < min {
                    return Err("expected `}` after a larger count");
                }
                (min, max)
            }
            _ => return Ok((1, 1)),
        };
        self.at += 1;
        Ok(count)
    }

    fn number(&mut self) -> Result<u16, &'static str> {
        let digits = self.pattern[self.at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let text = std::str::from_utf8(&self.pattern[self.at..self.at + digits]);
        self.at += digits;
        text.ok().and_then(|text| text.parse().ok()).ok_or("expected a count below 65536")
    }

    fn class(&mut self) -> Result<ByteSet, &'static str> {
        let negated = self.peek() == Some(b'^');
        self.at += usize::from(negated);
        let mut set = ByteSet::default();
        loop {
            let from = match self.next().ok_or("`[` is not closed")? {
                b']' => break,
                b'\\' => match self.escape()? {
                    Escape::Byte(byte) => byte,
                    Escape::Set(inner) => {
                        (0..=u8::MAX).filter(|&b| inner.contains(b)).for_each(|b| set.insert(b));
                        continue;
                    }
                },
                byte => byte,
            };
            let range = self.peek() == Some(b'-')
                && self.pattern.get(self.at + 1).is_some_and(|&b| b != b']');
            let to = if range {
                self.at += 2;
                self.pattern[self.at - 1]
            } else {
                from
            };
            (from..=to).for_each(|byte| set.insert(byte));
        }
        if negated {
            let mut rest = ByteSet::default();
            (0..=u8::MAX).filter(|&b| !set.contains(b)).for_each(|b| rest.insert(b));
            return Ok(rest);
        }
        Ok(set)
    }

    fn escape(&mut self) -> Result<Escape, &'static str> {
        let mut set = ByteSet::default();
        match self.next().ok_or("nothing after `\\`")? {
            b'd' => (b'0'..=b'9').for_each(|b| set.insert(b)),
            b's' => b" \t\r\n".iter().for_each(|&b| set.insert(b)),
            b'w' => (0..=u8::MAX)
                .filter(|b| b.is_ascii_alphanumeric() || *b == b'_')
                .for_each(|b| set.insert(b)),
            b'n' => return Ok(Escape::Byte(b'\n')),
            byte if byte.is_ascii_alphanumeric() => return Err("unknown escape"),
            byte => return Ok(Escape::Byte(byte)),
        }
        Ok(Escape::Set(set))
    }

    fn list(&mut self) -> Result<(), &'static str> {
        let mut words = vec![Vec::new()];
        loop {
            match self.next().ok_or("`(?:` is not closed")? {
                b')' => break,
                b'|' => words.push(Vec::new()),
                b'\\' => match self.escape()? {
                    Escape::Byte(byte) => words.last_mut().ok_or("no word")?.push(byte),
                    Escape::Set(_) => return Err("a list holds literals only"),
                },
                b'[' | b'(' | b'*' | b'+' | b'?' | b'{' | b'.' => {
                    return Err("a list holds literals only");
                }
                byte => words.last_mut().ok_or("no word")?.push(byte),
            }
        }
        let optional = self.peek() == Some(b'?');
        self.at += usize::from(optional);
        let words = words.into_iter().map(Vec::into_boxed_slice).collect();
        self.node(Node::OneOf { words, optional, ignore_case: self.ignore_case });
        Ok(())
    }

    fn node(&mut self, node: Node) {
        self.flush();
        self.nodes.push(node);
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            let words = Box::new([std::mem::take(&mut self.literal).into_boxed_slice()]);
            let ignore_case = self.ignore_case;
            self.nodes.push(Node::OneOf { words, optional: false, ignore_case });
        }
    }
}

enum Escape {
    Byte(u8),
    Set(ByteSet),
}
