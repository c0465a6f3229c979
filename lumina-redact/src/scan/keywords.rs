//! Finds every word that a rule waits for, in one pass, whatever their number.
//!
//! A bitmap over the first three bytes of all words tells where none can begin, one look-up a byte
//! that depends on no other; where one can, an automaton over all words is walked from there, at
//! most as far as the longest word.

use std::collections::BTreeMap;

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind, StartKind};

/// What a word starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A key with a mark of its own.
    Key(u16),
    /// A vendor's name.
    Vendor(u16),
    /// A word in front of a value.
    Near(u16),
    /// A name for passwords, for keys and tokens, for session cookies.
    Password,
    Credential,
    Cookie,
    /// `authorization`, `bearer`, `basic`.
    Authorization,
    /// `://`
    Url,
    /// `-----begin`
    Pem,
    /// `eyj`
    Jwt,
    /// `bc1` and what other Bech32 addresses begin with.
    Bech32,
    /// A word for birth.
    Birth,
    /// A word for a street in front of its name.
    Street,
    /// The end of a street's name, `straße`, before its number.
    StreetEnd,
    /// What has to be decoded before it can be read.
    Encoded,
    /// `p<`: the first of two passport lines.
    PassportLines,
}

#[rustfmt::skip]
const FIXED: &[(Target, &[&str])] = &[
    (Target::Password, &["password", "passwd", "passphrase", "pwd", "passwort", "kennwort", "contraseña", "contrasena", "mot de passe", "motdepasse", "wachtwoord", "senha", "hasło", "lösenord", "пароль", "密码", "パスワード", "비밀번호", "pass=", "pass:", "pass_key", "passcode", "passcd", "userpass", "dbpass", "db_pass", "mysql_pwd", "-pass "]),
    (Target::Credential, &["secret", "token", "api_key", "apikey", "api-key", "api key", "access_key", "accesskey", "access key", "private_key", "privatekey", "auth_key", "authkey", "encryption_key", "signing_key", "signingkey", "service_key", "master_key", "account_key", "credential", "subscription-key", "subscription_key", "client_key", "app_key", "appkey", "hmac_key", "webhook_key", "_auth=", "&key=", "?key=", "api_hash", "x-key", "authorization_code", "refresh_tok"]),
    (Target::Cookie, &["cookie:", "\"cookie\"", "sessionid", "session_id", "session-id", "phpsessid", "jsessionid", "connect.sid", "csrftoken", "xsrf-token", "asp.net_sessionid", "_session=", "sid="]),
    (Target::Authorization, &["authorization", "bearer ", "bearer%20", "basic "]),
    (Target::Url, &["://"]),
    (Target::Pem, &["-----begin", "---- begin"]),
    (Target::Jwt, &["eyj"]),
    (Target::Bech32, &["bc1", "tb1", "ltc1", "addr1", "stake1", "cosmos1", "osmo1", "lnbc"]),
    (Target::Birth, &["birth", "born", "dob", "d.o.b", "geboren", "geburtsdatum", "geb.", "né le", "née le", "naissance", "nacido", "nacida", "nacimiento", "nascimento", "nascido", "nascida", "nascita", "nato il", "nata il", "geboortedatum", "urodz", "född", "født", "syntym", "생년월일", "生年月日", "出生", "дата рождения", "родил"]),
    (Target::Street, &["calle ", "avenida ", "via ", "rua ", "piazza ", "plaza ", "corso ", "viale ", "ulica ", "ul. ", "paseo ", "travessa ", "улица ", "ул. "]),
    (Target::StreetEnd, &["straße", "strasse", "str.", "straat", "gasse", "platz", "gatan", "vägen", "veien", "katu", "allee", "plein", "gracht", "laan", "damm", "weg ", "gate "]),
    (Target::Encoded, &["\\u00", "&#0", "&#1", "&#3", "&#4", "&#5", "&#6", "&#9", "&#x", "\u{ff10}", "\u{ff11}", "\u{ff12}", "\u{ff13}", "\u{ff14}", "\u{ff15}", "\u{ff16}", "\u{ff17}", "\u{ff18}", "\u{ff19}", "\u{ff20}", "\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{202f}", "\u{2009}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}"]),
];

#[derive(Default)]
pub(crate) struct KeywordsBuilder {
    words: BTreeMap<Vec<u8>, Vec<Target>>,
}

impl KeywordsBuilder {
    pub(crate) fn add(&mut self, word: &[u8], target: Target) {
        let targets = self.words.entry(word.to_ascii_lowercase()).or_default();
        if !targets.contains(&target) {
            targets.push(target);
        }
    }

    pub(crate) fn build(mut self) -> Keywords {
        for (target, words) in FIXED {
            words.iter().for_each(|word| self.add(word.as_bytes(), *target));
        }
        for letter in b'a'..=b'z' {
            self.add(&[b'p', b'<', letter], Target::PassportLines);
        }
        let dfa = DFA::builder()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Anchored)
            .ascii_case_insensitive(true)
            .build(self.words.keys())
            // OK to panic: a few thousand states are far below the limit of 2^31.
            .expect("the automaton of the built-in words fits");
        let mut heads = Box::new([0u64; BITS / 64]);
        for word in self.words.keys() {
            let slot = slot(u32::from_le_bytes([word[0], word[1], word[2], 0]));
            heads[slot / 64] |= 1 << (slot % 64);
        }
        let lengths = self.words.keys().map(Vec::len).collect();
        Keywords { heads, dfa, lengths, targets: self.words.into_values().collect() }
    }
}

/// The size of the bitmap; one word in seventy sets a bit.
const BITS: usize = 1 << 15;

/// The bit of three bytes, whatever their case; the highest byte of `head` does not count.
#[inline]
fn slot(head: u32) -> usize {
    let head = (head | 0x0020_2020) & 0x00FF_FFFF;
    (head.wrapping_mul(0x9E37_79B1) >> 17) as usize
}

pub(crate) struct Keywords {
    heads: Box<[u64; BITS / 64]>,
    dfa: DFA,
    lengths: Vec<usize>,
    targets: Vec<Vec<Target>>,
}

impl Keywords {
    /// Hands every word in `text` to `each`: what it starts, where it begins and ends.
    #[inline]
    pub(crate) fn scan(&self, text: &[u8], mut each: impl FnMut(Target, usize, usize)) {
        let mut at = 0;
        // Four bytes at a time are read, of which three count.
        while let Some(&head) = text.get(at..).and_then(<[u8]>::first_chunk::<4>) {
            if self.may_begin(u32::from_le_bytes(head)) {
                self.walk(text, at, &mut each);
            }
            at += 1;
        }
        if let Some(&[a, b, c]) = text.get(at..).and_then(<[u8]>::first_chunk::<3>)
            && self.may_begin(u32::from_le_bytes([a, b, c, 0]))
        {
            self.walk(text, at, &mut each);
        }
    }

    #[inline]
    fn may_begin(&self, head: u32) -> bool {
        let slot = slot(head);
        self.heads[slot / 64] >> (slot % 64) & 1 == 1
    }

    /// Hands every word that begins at `start` to `each`.
    fn walk(&self, text: &[u8], start: usize, each: &mut impl FnMut(Target, usize, usize)) {
        let Ok(mut state) = self.dfa.start_state(Anchored::Yes) else { return };
        for (walked, &byte) in text[start..].iter().enumerate() {
            state = self.dfa.next_state(Anchored::Yes, state, byte);
            if self.dfa.is_dead(state) {
                return;
            }
            if self.dfa.is_match(state) {
                for i in 0..self.dfa.match_len(state) {
                    let word = self.dfa.match_pattern(state, i).as_usize();
                    // Words that end here but begin later have a walk of their own.
                    if self.lengths[word] == walked + 1 {
                        for &target in &self.targets[word] {
                            each(target, start, start + walked + 1);
                        }
                    }
                }
            }
        }
    }
}
