//! Check digits, computed from the standards and not by the engine that is to be measured.

/// The sum of each digit times its weight.
pub(crate) fn dot(body: &str, weights: &[u32]) -> u32 {
    assert_eq!(body.len(), weights.len(), "a weight for each digit of {body}");
    body.chars().zip(weights).map(|(c, w)| c.to_digit(10).expect("a digit") * w).sum()
}

/// The digit that Luhn's formula asks for behind `body`.
pub(crate) fn luhn(body: &str) -> u32 {
    let mut sum = 0;
    let mut double = true;
    for sign in body.chars().rev() {
        let digit = sign.to_digit(10).expect("a digit");
        sum += if double { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit as usize] } else { digit };
        double = !double;
    }
    (10 - sum % 10) % 10
}

/// ISO 7064 MOD 11,10.
pub(crate) fn mod_11_10(body: &str) -> u32 {
    let mut rest = 10;
    for sign in body.chars() {
        rest = (rest + sign.to_digit(10).expect("a digit")) % 10;
        rest = if rest == 0 { 10 } else { rest } * 2 % 11;
    }
    (11 - rest) % 10
}

/// ISO 7064 MOD 97-10 as a number: letters become two digits.
pub(crate) fn mod_97(text: &str) -> u32 {
    let mut rest = 0u64;
    for sign in text.chars() {
        for digit in sign.to_digit(36).expect("a digit or letter").to_string().bytes() {
            rest = (rest * 10 + u64::from(digit - b'0')) % 97;
        }
    }
    rest as u32
}

/// Verhoeff's digit by the tables of his paper.
pub(crate) fn verhoeff(body: &str) -> u32 {
    const D: [&[u8; 10]; 10] = [
        b"0123456789",
        b"1234067895",
        b"2340178956",
        b"3401289567",
        b"4012395678",
        b"5987604321",
        b"6598710432",
        b"7659821043",
        b"8765932104",
        b"9876543210",
    ];
    const P: [&[u8; 10]; 8] = [
        b"0123456789",
        b"1576283094",
        b"5803796142",
        b"8916043527",
        b"9453126870",
        b"4286573901",
        b"2793806415",
        b"7046913258",
    ];
    let at = |c: u8| usize::from(c - b'0');
    let check = body
        .bytes()
        .rev()
        .enumerate()
        .fold(0, |check, (i, digit)| at(D[check][at(P[(i + 1) % 8][at(digit)])]));
    (0..10).find(|&inverse| D[check][inverse] == b'0').expect("each has an inverse") as u32
}

/// Base58 of a version, a payload and their checksum.
pub(crate) fn base58check(version: u8, payload: &[u8], alphabet: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut bytes = vec![version];
    bytes.extend_from_slice(payload);
    let sum = Sha256::digest(Sha256::digest(&bytes));
    bytes.extend_from_slice(&sum[..4]);
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let symbols = alphabet.as_bytes();
    let mut text = Vec::new();
    while bytes.iter().any(|&byte| byte != 0) {
        let mut rest = 0u32;
        for byte in &mut bytes {
            rest = rest << 8 | u32::from(*byte);
            *byte = (rest / 58) as u8;
            rest %= 58;
        }
        text.push(char::from(symbols[rest as usize]));
    }
    text.extend(std::iter::repeat_n(char::from(symbols[0]), zeros));
    text.iter().rev().collect()
}

/// Bech32 (`constant` 1) or Bech32m of values below 32.
pub(crate) fn bech32(prefix: &str, data: &[u8], constant: u32) -> String {
    fn step(state: u32, value: u8) -> u32 {
        let top = state >> 25;
        let mut next = (state & 0x01ff_ffff) << 5 ^ u32::from(value);
        let generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        for (bit, generator) in generators.into_iter().enumerate() {
            next ^= if top >> bit & 1 == 1 { generator } else { 0 };
        }
        next
    }
    let expanded = prefix.bytes().map(|b| b >> 5).chain([0]).chain(prefix.bytes().map(|b| b & 31));
    let state = expanded.chain(data.iter().copied()).chain([0; 6]).fold(1, step) ^ constant;
    let sum = (0..6).map(|i| (state >> (5 * (5 - i)) & 31) as u8);
    let symbols = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let data = data.iter().copied().chain(sum).map(|v| char::from(symbols[usize::from(v)]));
    format!("{prefix}1{}", data.collect::<String>())
}

/// The digits of an Ethereum address in the cases of EIP-55.
pub(crate) fn eip55(digits: &str) -> String {
    use sha3::{Digest, Keccak256};
    let hash = format!("{:x}", Keccak256::digest(digits));
    let cased = digits
        .chars()
        .zip(hash.chars())
        .map(|(digit, nibble)| if nibble > '7' { digit.to_ascii_uppercase() } else { digit });
    format!("0x{}", cased.collect::<String>())
}
