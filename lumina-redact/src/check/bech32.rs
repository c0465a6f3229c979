//! Bech32 and Bech32m, BIP 173 and BIP 350.

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

/// Whether `text` has a prefix of `prefixes`, the sign `1` and a right checksum of either kind.
pub(crate) fn address(text: &[u8], prefixes: &[&[u8]]) -> bool {
    let mixed = text.iter().any(u8::is_ascii_uppercase) && text.iter().any(u8::is_ascii_lowercase);
    let Some(one) = text.iter().rposition(|&b| b == b'1') else { return false };
    let (prefix, data) = (&text[..one], &text[one + 1..]);
    if mixed || data.len() < 6 || text.len() > 128 {
        return false;
    }
    if !prefixes.iter().any(|known| known.eq_ignore_ascii_case(prefix)) {
        return false;
    }
    let mut state = 1u32;
    let mut feed = |value: u32| {
        let top = state >> 25;
        state = (state & 0x1ff_ffff) << 5 ^ value;
        for (i, generator) in GENERATOR.iter().enumerate() {
            if top >> i & 1 == 1 {
                state ^= generator;
            }
        }
    };
    let lower = |b: &u8| u32::from(b.to_ascii_lowercase());
    prefix.iter().for_each(|b| feed(lower(b) >> 5));
    feed(0);
    prefix.iter().for_each(|b| feed(lower(b) & 31));
    for byte in data {
        let Some(value) = ALPHABET.iter().position(|c| u32::from(*c) == lower(byte)) else {
            return false;
        };
        feed(value as u32);
    }
    matches!(state, 1 | 0x2bc8_30a3)
}
