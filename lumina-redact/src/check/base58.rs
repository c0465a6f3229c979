//! Base58Check, the encoding of Bitcoin addresses and of what follows its example.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// The version and payload length of a text whose last four bytes are the double SHA-256 of the
/// rest: 25 bytes in all for addresses.
pub(crate) fn decode_address(text: &[u8], ripple: bool) -> Option<u8> {
    let alphabet = if ripple { RIPPLE } else { ALPHABET };
    if !(25..=36).contains(&text.len()) {
        return None;
    }
    let mut bytes = [0u8; 25];
    for &symbol in text {
        let mut carry = alphabet.iter().position(|&c| c == symbol)? as u32;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let ones = text.iter().take_while(|&&symbol| symbol == alphabet[0]).count();
    let check = Sha256::digest(Sha256::digest(&bytes[..21]));
    (check[..4] == bytes[21..] && ones == zeros).then_some(bytes[0])
}

/// Whether every byte is of the alphabet.
pub(crate) fn is_base58(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l'))
}

/// Whether `text` is 0x and 40 hexadecimal digits, in one case or in the cases of EIP-55.
pub(crate) fn ethereum(text: &[u8]) -> bool {
    use sha3::Keccak256;
    let Some(digits) = text.strip_prefix(b"0x") else { return false };
    if digits.len() != 40 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let upper = digits.iter().any(u8::is_ascii_uppercase);
    let lower = digits.iter().any(u8::is_ascii_lowercase);
    let trivial = digits.iter().filter(|&&b| b == digits[0]).count() > 30;
    if !(upper && lower) {
        return !trivial;
    }
    let hash = Keccak256::digest(digits.to_ascii_lowercase());
    digits.iter().enumerate().all(|(i, b)| {
        let nibble = hash[i / 2] >> (if i % 2 == 0 { 4 } else { 0 }) & 15;
        b.is_ascii_digit() || b.is_ascii_uppercase() == (nibble >= 8)
    })
}
