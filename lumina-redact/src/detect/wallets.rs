//! Addresses of wallets.

use crate::check::{base58, bech32};
use crate::finding::Reason;
use crate::scan::Scan;
use crate::table::custom::Custom;

const BASE58: Reason = Reason::check("Base58Check checksum");
const BECH32: Reason = Reason::check("Bech32 checksum");
const OTHER_PREFIXES: &[&[u8]] = &[b"ltc", b"addr", b"stake", b"cosmos", b"osmo"];

/// A token of letters and digits that is long enough.
pub(crate) fn wallet(scan: &mut Scan<'_>, start: usize, end: usize) {
    let token = &scan.text[start..end];
    if scan.byte(end).is_some_and(|b| b == b'_') {
        return;
    }
    if token.len() == 42 && base58::ethereum(token) {
        let reason = Reason::check("0x and forty digits, EIP-55");
        return scan.push_custom(Custom::EthAddress, (start, end), 88, reason);
    }
    if token.len() > 36 || !base58::is_base58(token) {
        return;
    }
    match (token[0], base58::decode_address(token, false)) {
        (b'1' | b'3' | b'2' | b'm' | b'n', Some(0 | 5 | 111 | 196)) => {
            scan.push_custom(Custom::BtcAddress, (start, end), 98, BASE58);
        }
        // Litecoin, Dogecoin, Tron.
        (b'L' | b'M' | b'D' | b'A' | b'9' | b'T', Some(48 | 50 | 30 | 22 | 65)) => {
            scan.push_custom(Custom::Wallet, (start, end), 97, BASE58);
        }
        (b'r', _) if base58::decode_address(token, true) == Some(0) => {
            scan.push_custom(Custom::Wallet, (start, end), 97, BASE58);
        }
        _ => {}
    }
}

/// The prefix of a Bech32 address is at `start`.
pub(crate) fn bech32(scan: &mut Scan<'_>, start: usize) {
    if scan.before(start).is_some_and(|b| b.is_ascii_alphanumeric()) {
        return;
    }
    let length =
        scan.text[start..].iter().take(129).take_while(|b| b.is_ascii_alphanumeric()).count();
    let token = &scan.text[start..start + length];
    if length < 14 {
        return;
    }
    if bech32::address(token, &[b"bc", b"tb"]) {
        scan.push_custom(Custom::BtcAddress, (start, start + length), 98, BECH32);
    } else if bech32::address(token, OTHER_PREFIXES) {
        scan.push_custom(Custom::Wallet, (start, start + length), 97, BECH32);
    }
}
