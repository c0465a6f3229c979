//! Rules with code of their own, in `detect`: names, classes, labels, sources.

use super::Head;
use crate::Class::{self, Financial, Pii, Secret};

/// The place of a custom rule in the list of all rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Custom {
    Card,
    Iban,
    Email,
    Phone,
    IpAddress,
    MacAddress,
    BirthDate,
    StreetAddress,
    BtcAddress,
    EthAddress,
    Wallet,
    Password,
    Credential,
    UrlPassword,
    Authorization,
    Cookie,
    PrivateKey,
    Jwt,
    PassportLines,
}

const fn head(name: &'static str, class: Class, label: &'static str, source: &'static str) -> Head {
    Head { name, class, label, source }
}

/// In the order of [`Custom`].
pub(crate) const CUSTOM: &[Head] = &[
    head("card", Financial, "CARD", "ISO/IEC 7812: issuer, length, Luhn"),
    head("iban", Financial, "IBAN", "ISO 13616: country, length, MOD 97-10"),
    head("email", Pii, "EMAIL", "RFC 5322 dot-atoms; RFC 6761 and IANA top-level domains"),
    head("phone", Pii, "PHONE", "ITU-T E.164; national numbering plans"),
    head("ip-address", Pii, "IP", "RFC 791, RFC 5952"),
    head("mac-address", Pii, "MAC", "IEEE 802, EUI-48"),
    head("birth-date", Pii, "BIRTH_DATE", "dates after a word for birth"),
    head("street-address", Pii, "ADDRESS", "UPU S42 address elements"),
    head("btc-address", Financial, "BTC_ADDRESS", "Base58Check; BIP 173, BIP 350"),
    head("eth-address", Financial, "ETH_ADDRESS", "EIP-55"),
    head(
        "wallet-address",
        Financial,
        "WALLET",
        "Base58Check or Bech32 of Litecoin, Dogecoin, Tron, Ripple, Cardano, Cosmos",
    ),
    head("password", Secret, "PASSWORD", "an assignment to a name for passwords"),
    head(
        "credential",
        Secret,
        "SECRET",
        "an assignment of a random value to a name for keys or tokens",
    ),
    head("url-password", Secret, "PASSWORD", "RFC 3986 user information"),
    head("authorization", Secret, "AUTHORIZATION", "RFC 9110 section 11; RFC 6750, RFC 7617"),
    head("cookie", Secret, "COOKIE", "RFC 6265: values of session cookies"),
    head("private-key", Secret, "PRIVATE_KEY", "RFC 7468; RFC 9580"),
    head("jwt", Secret, "JWT", "RFC 7519: a first part that decodes to a JSON header"),
    head("passport-mrz", Pii, "PASSPORT", "ICAO 9303-4: machine readable lines with check digits"),
];
