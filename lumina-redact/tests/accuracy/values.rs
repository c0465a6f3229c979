//! Values and sentences of the rules that have code of their own.

use crate::check_digits::{base58check, bech32, eip55};
use crate::contexts::{bare, named};
use crate::draw::Draw;
use crate::numbers::{card, iban};

const BITCOIN: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const RIPPLE: &str = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn bytes(d: &mut Draw, count: usize, below: usize) -> Vec<u8> {
    (0..count).map(|_| d.below(below) as u8).collect()
}

fn grouped(digits: &str, groups: &[usize], separator: &str) -> String {
    let mut at = 0;
    let parts = groups.iter().map(|&length| {
        at += length;
        &digits[at - length..at]
    });
    parts.collect::<Vec<_>>().join(separator)
}

/// Standard Base64, as header values are written.
fn base64(bytes: &[u8], alphabet: &str, padded: bool) -> String {
    let symbols = [MIXED.as_bytes(), alphabet.as_bytes()].concat();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            text.push(char::from(symbols[(bits >> (18 - 6 * i) & 63) as usize]));
        }
        text.extend(std::iter::repeat_n('=', if padded { 3 - chunk.len() } else { 0 }));
    }
    text
}

/// A sentence with `{v}` and the value for it, of a rule that is not in the tables.
pub(crate) fn custom(rule: &str, d: &mut Draw) -> Option<(String, String)> {
    money(rule, d).or_else(|| person(rule, d)).or_else(|| secret(rule, d))
}

fn money(rule: &str, d: &mut Draw) -> Option<(String, String)> {
    let value = match rule {
        "card" => {
            let (digits, groups) = card(d);
            let value = match d.below(4) {
                0 => digits,
                1 => grouped(&digits, groups, "-"),
                _ => grouped(&digits, groups, " "),
            };
            // Fourteen digits are seldom a card: those are called one here.
            let called = value.len() != 14 && d.below(3) > 0;
            let name = d.pick(&[
                "card",
                "credit card number",
                "Kreditkarte",
                "carte bancaire",
                "tarjeta",
                "card_number",
            ]);
            return Some((if called { bare(d) } else { named(d, name) }, value));
        }
        "iban" => {
            let text = iban(d);
            if d.below(2) == 0 {
                text
            } else {
                text.as_bytes()
                    .chunks(4)
                    .map(|part| std::str::from_utf8(part).expect("ASCII"))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
        }
        "btc-address" => match d.below(4) {
            0 => base58check(0, &bytes(d, 20, 256), BITCOIN),
            1 => base58check(5, &bytes(d, 20, 256), BITCOIN),
            2 => bech32("bc", &[&[0][..], &bytes(d, 32, 32)].concat(), 1),
            _ => bech32("bc", &[&[1][..], &bytes(d, 52, 32)].concat(), 0x2bc8_30a3),
        },
        "eth-address" => {
            let digits = d.hex(40);
            if d.below(2) == 0 { format!("0x{digits}") } else { eip55(&digits) }
        }
        "wallet-address" => match d.below(6) {
            0 => base58check(48, &bytes(d, 20, 256), BITCOIN),
            1 => base58check(30, &bytes(d, 20, 256), BITCOIN),
            2 => base58check(65, &bytes(d, 20, 256), BITCOIN),
            3 => base58check(0, &bytes(d, 20, 256), RIPPLE),
            4 => bech32("ltc", &[&[0][..], &bytes(d, 32, 32)].concat(), 1),
            _ => bech32("cosmos", &bytes(d, 32, 32), 1),
        },
        _ => return None,
    };
    Some((if d.below(2) == 0 { bare(d) } else { named(d, name_of(rule)) }, value))
}

fn name_of(rule: &str) -> &'static str {
    match rule {
        "iban" => "IBAN",
        "email" => "email",
        "ip-address" => "client ip",
        "mac-address" => "MAC",
        _ => "wallet",
    }
}

fn person(rule: &str, d: &mut Draw) -> Option<(String, String)> {
    let given = d.pick(&[
        "anna",
        "bob",
        "maria.lopez",
        "j.kowalski",
        "wei",
        "o'brien",
        "t_meyer",
        "zoe-k",
        "ravi.iyer+x",
        "BENOIT",
    ]);
    let value = match rule {
        "email" => {
            let host = d.pick(&[
                "gmail.com",
                "acme.io",
                "web.de",
                "correo.es",
                "mail.co.uk",
                "example.org",
                "uni-bonn.de",
                "x.ai",
                "post.xn--p1ai",
            ]);
            format!("{given}{}@{host}", d.digits(2))
        }
        "ip-address" => match d.below(3) {
            0 => format!(
                "2001:db8:{}:{}::{}",
                d.of("123456789abcdef", 4),
                d.of("123456789abcdef", 3),
                d.of("123456789", 2)
            ),
            _ => format!(
                "{}.{}.{}.{}",
                20 + d.below(200),
                d.below(256),
                d.below(256),
                1 + d.below(254)
            ),
        },
        "mac-address" => {
            let separator = d.pick(&[":", "-"]);
            let text: Vec<String> = (0..6).map(|_| d.hex(2)).collect();
            let text = text.join(separator);
            if d.below(2) == 0 { text.to_uppercase() } else { text }
        }
        "birth-date" => {
            let (day, month, year) = d.day_month_year();
            let month_name = d.pick(&["March", "June", "October", "December", "Jan", "Sept"]);
            let value = match d.below(5) {
                0 => format!("19{year}-{month}-{day}"),
                1 => format!("{day}/{month}/19{year}"),
                2 => format!("{day}.{month}.19{year}"),
                3 => format!("{month_name} {}, 19{year}", day.trim_start_matches('0')),
                _ => format!("{} {month_name} 19{year}", day.trim_start_matches('0')),
            };
            let sentence = d.pick(&[
                "born on {v} in Leeds",
                "DOB: {v}",
                "date of birth {v}",
                "\"dateOfBirth\": \"{v}\"",
                "geboren am {v}",
                "née le {v} à Lyon",
                "fecha de nacimiento: {v}",
                "data di nascita {v}",
                "birth_date={v}",
                "nascido em {v}",
                "patient (dob {v})",
                "生年月日 {v}",
                "född {v}",
                "geboortedatum: {v}",
            ]);
            return Some((sentence.to_owned(), value));
        }
        "street-address" => {
            let number = (1 + d.below(998)).to_string();
            let name = d.pick(&[
                "Baker",
                "Maple",
                "Old Mill",
                "Washington",
                "King",
                "Oak Hill",
                "Martin Luther",
            ]);
            let value = match d.below(6) {
                0 => format!(
                    "{} {number}",
                    d.pick(&[
                        "Lindenstraße",
                        "Goethestrasse",
                        "Bahnhofstr.",
                        "Kirchgasse",
                        "Marktplatz",
                        "Kerkstraat"
                    ])
                ),
                1 => format!(
                    "{number} rue {}",
                    d.pick(&["de la République", "Victor Hugo", "des Lilas", "du Bac"])
                ),
                2 => format!(
                    "{} {number}",
                    d.pick(&[
                        "Calle de Alcalá",
                        "Via Garibaldi",
                        "Rua Augusta",
                        "Avenida Paulista",
                        "Via Roma"
                    ])
                ),
                _ => format!(
                    "{number} {name} {}",
                    d.pick(&["Street", "Ave", "Road", "Lane", "Blvd", "Drive", "Terrace", "Court"])
                ),
            };
            let sentence = d.pick(&[
                "please ship to {v}, thanks",
                "address: {v}",
                "I live at {v}, 2nd floor",
                "\"address\": \"{v}\"",
                "meet me at {v}.",
                "Lieferadresse: {v}",
                "vivo en {v}, Madrid",
                "addr={v}; city=X",
            ]);
            return Some((sentence.to_owned(), value));
        }
        "phone" => return Some(phone(d)),
        "passport-mrz" => {
            let surname = d.pick(&["ERIKSSON", "MUELLER", "DUPONT", "GARCIA"]);
            let first = format!(
                "{:<<44}",
                format!("P<{}{surname}<<ANNA<MARIA", d.pick(&["UTO", "D<<", "FRA", "ESP"]))
            );
            let check = |field: &str| {
                let sum: u32 = field
                    .chars()
                    .zip([7, 3, 1].into_iter().cycle())
                    .map(|(c, w)| c.to_digit(36).unwrap_or(0) * w)
                    .sum();
                sum % 10
            };
            let (number, birth, expiry) =
                (d.letters(1) + &d.digits(8), d.yymmdd(), "3".to_owned() + &d.yymmdd()[1..]);
            let personal = "<".repeat(14);
            let parts = format!(
                "{number}{}{birth}{}{expiry}{}{personal}{}",
                check(&number),
                check(&birth),
                check(&expiry),
                check(&personal)
            );
            let second = format!(
                "{number}{}UTO{birth}{}F{expiry}{}{personal}{}{}",
                check(&number),
                check(&birth),
                check(&expiry),
                check(&personal),
                check(&parts)
            );
            return Some((
                d.pick(&["{v}", "scanned:\n{v}\ndone", "mrz={v}"]).to_owned(),
                format!("{first}\n{second}"),
            ));
        }
        _ => return None,
    };
    Some((if d.below(2) == 0 { bare(d) } else { named(d, name_of(rule)) }, value))
}

fn phone(d: &mut Draw) -> (String, String) {
    let nanp = format!("{}{}", d.pick(&["415", "212", "650", "303", "971"]), d.of("23456789", 1));
    let tail = d.digits(6);
    let us = |pattern: &str| {
        pattern
            .replace("AAA", &nanp[..3])
            .replace("BBB", &format!("{}{}", &nanp[3..], &tail[..2]))
            .replace("CCCC", &tail[2..])
    };
    let value = match d.below(12) {
        0 => us("(AAA) BBB-CCCC"),
        1 => us("AAA-BBB-CCCC"),
        2 => us("+1 AAA BBB CCCC"),
        3 => us("+1AAABBBCCCC"),
        4 => us("AAA.BBB.CCCC"),
        5 => format!("+49 {} {}", d.pick(&["30", "151", "176", "89"]), d.natural(8)),
        6 => format!("+44 7{} {}", d.digits(3), d.digits(6)),
        7 => format!("06 {} {} {} {}", d.digits(2), d.digits(2), d.digits(2), d.digits(2)),
        8 => format!("+91 {}{} {}", d.pick(&["98", "70", "81"]), d.digits(3), d.digits(5)),
        9 => format!("+34 6{} {} {}", d.digits(2), d.digits(3), d.digits(3)),
        10 => format!("0171 {}", d.natural(7)),
        _ => us("AAABBBCCCC"),
    };
    let name = d.pick(&[
        "phone",
        "mobile",
        "Telefonnummer",
        "téléphone",
        "teléfono",
        "cell",
        "whatsapp",
        "phone_number",
        "电话",
    ]);
    let clear = value.starts_with('+') || value.starts_with('(') || value.contains('-');
    (if clear && d.below(2) == 0 { bare(d) } else { named(d, name) }, value)
}

fn secret(rule: &str, d: &mut Draw) -> Option<(String, String)> {
    let count = 20 + d.below(20);
    let random = loop {
        let random = d.of(MIXED, count);
        if random.bytes().filter(u8::is_ascii_digit).count() >= 2 {
            break random;
        }
    };
    Some(match rule {
        "password" => {
            let word = d.pick(&[
                "Sommer",
                "hunter",
                "Tr0ub4dor",
                "correct",
                "qwertz",
                "Dragon",
                "letMeIn",
            ]);
            let value = format!(
                "{word}{}{}{}",
                d.pick(&["!", "#", "$", "_", "@"]),
                d.digits(2),
                d.pick(&["", "x", "Z", "*"])
            );
            let sentence = d.pick(&[
                "password={v}",
                "password: {v}",
                "my password is {v}",
                "\"password\": \"{v}\"",
                "DB_PASSWORD={v}",
                "pwd={v};server=db1",
                "mein Passwort ist {v}",
                "mot de passe : {v}",
                "contraseña: {v}",
                "login bob, passwd '{v}'",
                "{\\\"password\\\":\\\"{v}\\\"}",
                "export MYSQL_PASSWORD=\"{v}\"",
                "userPassword: '{v}',",
                "密码: {v}",
            ]);
            (sentence.to_owned(), value)
        }
        "credential" => {
            let sentence = d.pick(&[
                "api_key={v}",
                "\"apiKey\": \"{v}\"",
                "SECRET_KEY = '{v}'",
                "client_secret: {v}",
                "x-api-key: {v}",
                "access_token={v}&scope=all",
                "the token is {v}",
                "ACME_SERVICE_TOKEN={v}",
                "--set auth.secret={v}",
                "private_key: \"{v}\"",
                "https://h.io/v1?api_key={v}&q=1",
            ]);
            (sentence.to_owned(), random)
        }
        "url-password" => {
            let value = d.of(MIXED, 8) + &d.digits(2);
            let sentence = d.pick(&[
                "postgres://app:{v}@db.internal:5432/main",
                "redis://:{v}@cache:6379/0",
                "mongodb+srv://u:{v}@c0.abcde.mongodb.net/x",
                "https://bob:{v}@git.acme.io/repo.git",
                "amqp://svc:{v}@mq:5672",
                "DATABASE_URL=mysql://root:{v}@db-7/app",
            ]);
            (sentence.to_owned(), value)
        }
        "authorization" => match d.below(3) {
            0 => {
                let password = d.of(MIXED, 9);
                (
                    d.pick(&["Authorization: Basic {v}", "-H 'Authorization: Basic {v}'"])
                        .to_owned(),
                    base64(format!("admin:{password}").as_bytes(), "+/", true),
                )
            }
            _ => (
                d.pick(&[
                    "Authorization: Bearer {v}",
                    "authorization: bearer {v}",
                    "\"Authorization\": \"Bearer {v}\"",
                    "Authorization: Token {v}",
                ])
                .to_owned(),
                random,
            ),
        },
        "cookie" => (
            d.pick(&[
                "Cookie: lang=en; sid={v}",
                "Set-Cookie: connect.sid={v}; Path=/; HttpOnly",
                "cookie: _session={v}",
                "PHPSESSID={v}; x",
                "JSESSIONID={v}",
            ])
            .to_owned(),
            random,
        ),
        "private-key" => {
            let kind = d.pick(&["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "]);
            let lines: Vec<String> = (0..6).map(|_| d.of(MIXED, 64)).collect();
            let line_end = d.pick(&["\n", "\\n"]);
            let value = format!(
                "-----BEGIN {kind}PRIVATE KEY-----{line_end}{}{line_end}-----END {kind}PRIVATE KEY-----",
                lines.join(line_end)
            );
            (
                d.pick(&[
                    "{v}",
                    "key: {v}",
                    "\"private_key\": \"{v}\"",
                    "here is my key\n{v}\nthanks",
                ])
                .to_owned(),
                value,
            )
        }
        "jwt" => {
            let header = base64(
                d.pick(&[
                    r#"{"alg":"HS256","typ":"JWT"}"#,
                    r#"{"typ":"JWT","alg":"RS256"}"#,
                    r#"{"kid":"k1","alg":"ES256"}"#,
                ])
                .as_bytes(),
                "-_",
                false,
            );
            let claims = base64(
                format!(r#"{{"sub":"{}","iat":1516239022}}"#, d.natural(10)).as_bytes(),
                "-_",
                false,
            );
            (
                d.pick(&[
                    "token {v}",
                    "jwt={v}",
                    "{v}",
                    "\"id_token\":\"{v}\"",
                    "?access_token={v}",
                ])
                .to_owned(),
                format!("{header}.{claims}.{}", d.of(MIXED, 43)),
            )
        }
        _ => return None,
    })
}
