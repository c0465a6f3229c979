//! Words and signs that only stand for a secret, as templates and code have them.

/// Whether a value only stands for one: `${KEY}`, `<your key>`, `None`, `os.environ[..]`.
pub(super) fn is_stand_in(value: &[u8], quoted: bool) -> bool {
    const WORDS: &[&str] = &[
        "null",
        "none",
        "nil",
        "true",
        "false",
        "undefined",
        "string",
        "str",
        "text",
        "required",
        "optional",
        "redacted",
        "hidden",
        "masked",
        "secret",
        "password",
        "token",
        "changeme",
        "example",
        "empty",
        "missing",
        "invalid",
        "expired",
        "wrong",
        "incorrect",
        "bool",
        "int",
        "integer",
        "number",
        "object",
        "array",
        "any",
        "self",
        "this",
        "input",
        "value",
        "key",
        "unset",
        "default",
        "disabled",
        "enabled",
        "env",
        "type",
        "option",
        "bytes",
        "bearer",
        "basic",
        "void",
        "test",
    ];
    let lower = value.to_ascii_lowercase_array();
    let text = lower.as_slice();
    let first = value[0];
    let marks = matches!(first, b'$' | b'<' | b'{' | b'%' | b'[' | b'(' | b'&' | b'@' | b'*')
        && (quoted
            || !value[1..].iter().any(u8::is_ascii_digit)
            || matches!(value.get(1), Some(b'{' | b'(')));
    let holds = |part: &[u8]| memchr::memmem::find(text, part).is_some();
    let code = !quoted
        && (holds(b"(")
            || holds(b"::")
            || holds(b"[")
            || holds(b"->")
            || holds(b"process.env")
            || holds(b"os.")
            || holds(b"self.")
            || holds(b"config."));
    let same = value.iter().all(|&b| b == first);
    let template = holds(b"your")
        || holds(b"xxxx")
        || holds(b"example.")
        || holds(b"placeholder")
        || holds(b"insert")
        || holds(b"****")
        || holds(b"...")
        || holds(b"{{");
    marks || code || same || template || WORDS.iter().any(|word| word.as_bytes() == text)
}

trait Lower {
    fn to_ascii_lowercase_array(&self) -> LowerText;
}

/// The first bytes of a value in lower case, on the stack.
struct LowerText([u8; 64], usize);

impl LowerText {
    fn as_slice(&self) -> &[u8] {
        &self.0[..self.1]
    }
}

impl Lower for [u8] {
    fn to_ascii_lowercase_array(&self) -> LowerText {
        let mut bytes = [0; 64];
        let length = self.len().min(64);
        bytes[..length].copy_from_slice(&self[..length]);
        bytes.make_ascii_lowercase();
        LowerText(bytes, length)
    }
}
