//! One pass over a text: what starts a rule, the rules started there, and which findings stay.
//!
//! Two loops read the text: the automaton over all words, and a loop over digits, `@` and `%` that
//! skips whole blocks without any. A rule runs only where one of them stopped, on a bounded window,
//! so the cost is linear whatever the text.

pub(crate) mod context;
mod decoded;
pub(crate) mod keywords;
mod resolve;
mod triggers;

use crate::detect;
use crate::engine::Engine;
use crate::finding::Reason;
use crate::table::custom::Custom;
use context::{Context, Topics};
use keywords::Target;

/// A finding before it is settled which of those that overlap stays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) rule: u16,
    pub(crate) score: u8,
    pub(crate) reason: Reason,
}

impl Candidate {
    /// Whether the placeholder keeps the last four characters, as receipts do.
    pub(crate) fn last_four(&self) -> bool {
        self.rule == Custom::Card as u16 || self.rule == Custom::Iban as u16
    }
}

/// A scan under way.
pub(crate) struct Scan<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) text: &'a [u8],
    /// What the name of the value is about.
    key_topics: Topics,
    pub(crate) found: Vec<Candidate>,
    /// Set while decoded text is read, so that nothing is decoded twice.
    decoding: Option<&'static str>,
    /// Up to where encoded text has been read.
    decoded_to: usize,
}

impl<'a> Scan<'a> {
    /// The findings of `text`, in order, without overlap.
    pub(crate) fn run(engine: &'a Engine, text: &'a [u8], key: &[u8]) -> Vec<Candidate> {
        let key_topics = if key.is_empty() { 0 } else { engine.words.of_key(key) };
        let mut scan =
            Scan { engine, text, key_topics, found: Vec::new(), decoding: None, decoded_to: 0 };
        scan.pass();
        resolve::resolve(engine, text, scan.found)
    }

    fn pass(&mut self) {
        let engine = self.engine;
        engine.keywords.scan(self.text, |target, start, end| self.start(target, start, end));
        self.decoded_to = 0;
        self.triggers();
        engine.own.scan(self.text, |rule, score, start, end| {
            self.push(rule, start, end, score, Reason::check("pattern of an own rule"));
        });
    }

    fn start(&mut self, target: Target, start: usize, end: usize) {
        match target {
            Target::Key(key) => detect::keys::key(self, key, start),
            Target::Vendor(vendor) => detect::assign::vendor(self, vendor, start, end),
            Target::Near(near) => detect::near::near(self, near, start, end),
            Target::Password => detect::assign::password(self, start, end),
            Target::Credential => detect::assign::credential(self, start, end),
            Target::Cookie => detect::cookies::cookie(self, start, end),
            Target::Authorization => detect::secrets::authorization(self, start, end),
            Target::Url => detect::secrets::url_password(self, start, end),
            Target::Pem => detect::secrets::private_key(self, start, end),
            Target::Jwt => detect::secrets::jwt(self, start),
            Target::Bech32 => detect::wallets::bech32(self, start),
            Target::Birth => detect::dates::birth(self, end),
            Target::Street => detect::streets::name_first(self, start, end),
            Target::StreetEnd => detect::streets::suffix_first(self, start, end),
            Target::Encoded => self.decode(start),
            Target::PassportLines => detect::secrets::passport_lines(self, start),
        }
    }

    /// Records a finding that is sure enough, of a rule that is on.
    pub(crate) fn push(&mut self, rule: u16, start: usize, end: usize, score: u8, reason: Reason) {
        let enabled = self.engine.rules[usize::from(rule)].enabled;
        if enabled && score >= self.engine.threshold && start < end {
            let reason = Reason { encoding: self.decoding, ..reason };
            self.found.push(Candidate { start, end, rule, score: score.min(100), reason });
        }
    }

    /// The same for a rule with code of its own.
    pub(crate) fn push_custom(
        &mut self,
        rule: Custom,
        range: (usize, usize),
        score: u8,
        reason: Reason,
    ) {
        self.push(rule as u16, range.0, range.1, score, reason);
    }

    /// What the words round a candidate are about, the value's name included.
    pub(crate) fn context(&self, start: usize, end: usize) -> Context {
        let mut context = self.engine.words.near(self.text, start, end);
        // A name is nearer than any word but one right before the candidate.
        context.add(self.key_topics, 8);
        context
    }

    pub(crate) fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    /// The byte before `at`.
    pub(crate) fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|at| self.byte(at))
    }

    /// Whether a number can begin at `at`: not inside a word, a decimal or a longer identifier.
    pub(crate) fn opens(&self, at: usize) -> bool {
        let Some(byte) = self.before(at) else { return true };
        let earlier = at.checked_sub(2).and_then(|at| self.byte(at));
        match byte {
            b'_' | b'*' | b'$' | b'%' | b'~' | b'^' => false,
            byte if byte.is_ascii_alphanumeric() => {
                // The `n` of an escaped line end is no letter.
                matches!(byte, b'n' | b't' | b'r') && earlier == Some(b'\\')
            }
            b'-' | b'.' | b'+' => !earlier.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_'),
            b'/' | b',' => !earlier.is_some_and(|b| b.is_ascii_digit()),
            b':' => !earlier.is_some_and(|b| b.is_ascii_digit()),
            // Signs of money that are not ASCII: the last bytes of the pound and the euro.
            0xA3 => earlier != Some(0xC2),
            0xAC => earlier != Some(0x82),
            _ => true,
        }
    }

    /// Whether a number can end at `at`.
    pub(crate) fn closes(&self, at: usize) -> bool {
        let Some(byte) = self.byte(at) else { return true };
        let later = self.byte(at + 1);
        match byte {
            b'_' | b'%' | b'@' | b'*' => false,
            byte if byte.is_ascii_alphanumeric() => false,
            b'.' | b':' => !later.is_some_and(|b| b.is_ascii_digit()),
            b'-' => !later.is_some_and(|b| b.is_ascii_alphanumeric()),
            _ => true,
        }
    }
}
