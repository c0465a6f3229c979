//! What looks like a value and is none: identifiers, quantities, numbers with a wrong check digit.

use crate::draw::Draw;
use crate::numbers::{card, compact, iban};

/// The kinds, each a line of its own; the name is for the reader of a mistake.
pub(crate) const KINDS: &[&str] = &[
    "trace",
    "span-json",
    "uuid",
    "sha1",
    "sha256",
    "md5",
    "order",
    "invoice",
    "version",
    "user-agent",
    "timestamp",
    "date",
    "epoch",
    "coordinates",
    "embedding",
    "price",
    "model",
    "tokens",
    "isbn",
    "ticket",
    "latency",
    "size",
    "commit",
    "port",
    "ratio",
    "range",
    "sku",
    "git-remote",
    "path",
    "chat",
    "code",
    "placeholder",
    "password-talk",
    "wrong-card",
    "wrong-iban",
    "wrong-checksum",
    "numbers",
    "request",
    "base64",
    "tracking",
    "phone-talk",
    "semver-list",
    "json-counts",
    "public-key",
    "birth-talk",
    "street-talk",
];

pub(crate) fn line(kind: &str, d: &mut Draw) -> String {
    identifiers(kind, d)
        .or_else(|| quantities(kind, d))
        .or_else(|| prose(kind, d))
        .expect("each kind is written")
}

fn identifiers(kind: &str, d: &mut Draw) -> Option<String> {
    Some(match kind {
        "trace" => format!(
            "{} {}{}",
            d.pick(&["trace", "trace_id:", "traceparent 00-", "x-b3-traceid="]),
            d.hex(32),
            d.pick(&["", " sampled"])
        ),
        "span-json" => format!(
            "{{\"trace_id\":\"{}\",\"span_id\":\"{}\",\"parent\":\"{}\"}}",
            d.hex(32),
            d.hex(16),
            d.hex(16)
        ),
        "uuid" => format!(
            "{} {}",
            d.pick(&["request", "id:", "user", "session_id=", "correlation", "job"]),
            d.uuid()
        ),
        "sha1" => {
            format!("{} {}", d.pick(&["commit", "HEAD is now at", "sha", "etag:"]), d.hex(40))
        }
        "sha256" => format!(
            "{}{}",
            d.pick(&["sha256:", "image app@sha256:", "digest ", "checksum = "]),
            d.hex(64)
        ),
        "md5" => {
            format!("{} {}", d.pick(&["md5", "cache key hash", "Content-MD5:", "etag"]), d.hex(32))
        }
        "order" => format!(
            "{} {}{}",
            d.pick(&[
                "order",
                "Order #",
                "Bestellung",
                "commande",
                "pedido",
                "your order number is"
            ]),
            d.natural(10),
            d.pick(&["", " shipped", " was cancelled"])
        ),
        "invoice" => format!(
            "{} {}-20{}-{}",
            d.pick(&["invoice", "Rechnung", "facture", "factura"]),
            d.pick(&["INV", "RE", "F"]),
            d.pick(&["23", "24", "25"]),
            d.digits(6)
        ),
        "ticket" => format!(
            "{}-{} {}",
            d.pick(&["JIRA", "OPS", "CASE", "PR"]),
            d.natural(5),
            d.pick(&["is blocked", "was merged", "needs review"])
        ),
        "commit" => format!("fix: retry on 429 ({}), see #{}", d.hex(7), d.natural(4)),
        "sku" => format!(
            "sku {}-{}-{} qty {}",
            d.letters(3),
            d.natural(4),
            d.letters(2),
            1 + d.below(20)
        ),
        "isbn" => {
            format!("ISBN 978-{}-{}-{}-{}", d.natural(1), d.digits(4), d.digits(4), d.digits(1))
        }
        "request" => format!(
            "req_{} took {}ms, run_{}",
            d.of("abcdefghijklmnopqrstuvwxyz0123456789", 16),
            d.natural(3),
            d.hex(8)
        ),
        "tracking" => format!("tracking number 1Z{}{}", d.letters(3), d.natural(12)),
        "git-remote" => format!(
            "git clone git@github.com:{}/repo-{}.git",
            d.pick(&["acme", "tokio-rs", "rust-lang"]),
            d.natural(2)
        ),
        "path" => format!(
            "/var/log/app/20{}-0{}-1{}/worker-{}.log:{}",
            d.pick(&["23", "24"]),
            1 + d.below(9),
            d.below(9),
            d.below(64),
            d.natural(3)
        ),
        "base64" => {
            format!("data:image/png;base64,iVBORw0KGgo{}", d.of("ABCDEFGHabcdefgh0123456789", 60))
        }
        "public-key" => format!(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} laptop",
            d.of("ABCDEFGHabcdefgh0123456789", 43)
        ),
        _ => return None,
    })
}

fn quantities(kind: &str, d: &mut Draw) -> Option<String> {
    let decimal =
        |d: &mut Draw, count: usize| format!("{}0.{}", d.pick(&["", "-"]), d.digits(count));
    Some(match kind {
        "version" => format!(
            "{} {}.{}.{}{}",
            d.pick(&["version", "v", "upgraded to", "firmware", "release"]),
            d.below(30),
            d.below(40),
            d.below(20),
            d.pick(&["", "-rc.1", "+build.77", ".4"])
        ),
        "user-agent" => format!(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/{}.0.{}.{} Safari/537.36",
            90 + d.below(40),
            d.natural(4),
            d.natural(2)
        ),
        "semver-list" => format!(
            "serde {}.0.{}, tokio 1.{}.{}, hyper 0.14.{}",
            d.below(3),
            d.below(230),
            d.below(45),
            d.below(9),
            d.below(30)
        ),
        "timestamp" => format!(
            "20{}-0{}-1{}T1{}:{}{}:{}{}.{}Z INFO started",
            d.pick(&["23", "24"]),
            1 + d.below(9),
            d.below(9),
            d.below(9),
            d.below(5),
            d.below(9),
            d.below(5),
            d.below(9),
            d.digits(6)
        ),
        "date" => format!(
            "{} 20{}-1{}-0{}",
            d.pick(&["due", "released on", "since", "until", "meeting on"]),
            d.pick(&["23", "24", "25"]),
            d.below(3),
            1 + d.below(9)
        ),
        "epoch" => format!(
            "{} 17{}{}",
            d.pick(&["ts", "timestamp:", "start_time_unix_nano", "expires_at", "created"]),
            d.digits(8),
            d.pick(&["", "000", "123456789"])
        ),
        "coordinates" => format!(
            "{} {}.{}, -{}.{}",
            d.pick(&["at", "lat/lon", "located", "geo:"]),
            10 + d.below(70),
            d.digits(6),
            10 + d.below(100),
            d.digits(6)
        ),
        "embedding" => format!(
            "[{}, {}, {}, {}, {}]",
            decimal(d, 8),
            decimal(d, 9),
            decimal(d, 8),
            decimal(d, 16),
            decimal(d, 7)
        ),
        "price" => format!(
            "{}{}.{} {}",
            d.pick(&["$", "€", "£", "USD ", "total "]),
            d.natural(4),
            d.digits(2),
            d.pick(&["per month", "incl. VAT", "refunded", "for 3 items"])
        ),
        "model" => {
            d.pick(&[
                "gpt-4o-2024-08-06",
                "claude-3-5-sonnet-20241022",
                "llama-3.1-70b-instruct",
                "text-embedding-3-large",
                "mistral-large-2407",
            ])
            .to_owned()
                + " answered in "
                + &d.natural(4)
                + " ms"
        }
        "tokens" => format!(
            "prompt tokens: {}, completion tokens: {}, total_tokens={}",
            d.natural(4),
            d.natural(3),
            d.natural(5)
        ),
        "latency" => format!(
            "p50={}ms p99={}ms max={}.{}s",
            d.natural(2),
            d.natural(3),
            d.natural(1),
            d.digits(3)
        ),
        "size" => format!(
            "read {} bytes in {} rows, offset {}",
            d.natural(9),
            d.natural(6),
            d.natural(10)
        ),
        "port" => format!(
            "listening on localhost:{} and 127.0.0.1:{}",
            1024 + d.below(60000),
            1024 + d.below(60000)
        ),
        "ratio" => {
            format!("hit ratio {}.{}% of {} requests", d.below(100), d.digits(2), d.natural(7))
        }
        "range" => format!("rows {}-{} of {}", d.natural(4), d.natural(4), d.natural(5)),
        "numbers" => format!("{} {} {} {}", d.natural(3), d.natural(5), d.natural(2), d.natural(6)),
        "json-counts" => format!(
            "{{\"count\": {}, \"seed\": {}, \"loss\": {}}}",
            d.natural(8),
            d.natural(9),
            decimal(d, 6)
        ),
        _ => return None,
    })
}

fn prose(kind: &str, d: &mut Draw) -> Option<String> {
    let last_wrong = |text: String| {
        let last = text.bytes().last().unwrap_or(b'0');
        format!("{}{}", &text[..text.len() - 1], (last - b'0' + 5) % 10)
    };
    Some(match kind {
        "chat" => {
            d.pick(&[
                "can you call me back when it is done?",
                "the passport office is closed on Monday",
                "he paid by card and left",
                "what is a routing number?",
                "Die Telefonnummer fehlt noch",
                "mi contraseña no funciona",
                "is the API key rotated every 90 days?",
                "my email bounced 3 times",
                "the token limit is 128000",
                "please reset my password",
                "the account has 12 open tickets",
                "quel est le code postal ?",
            ])
            .to_owned()
                + &format!(" ({})", d.natural(2))
        }
        "code" => {
            d.pick(&[
                "let token = parser.next_token();",
                "password: String,",
                "api_key = os.environ[\"API_KEY\"]",
                "assert_eq!(version, \"1.2.3\");",
                "const MAX_TOKENS: usize = 4096;",
                "password = getpass.getpass()",
                "secret: ${{ secrets.DEPLOY }}",
                "headers[\"Authorization\"] = f\"Bearer {token}\"",
                "token: Option<String>,",
                "#[derive(Debug)] struct Key;",
            ])
            .to_owned()
                + &format!(" // {}", d.natural(3))
        }
        "placeholder" => {
            d.pick(&[
                "api_key=<your key>",
                "password=****",
                "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxx",
                "token: YOUR_TOKEN_HERE",
                "postgres://user:password@localhost/db",
                "[EMAIL] wrote to [PHONE]",
            ])
            .to_owned()
                + &format!(" # {}", d.natural(2))
        }
        "password-talk" => d
            .pick(&[
                "the password must have {} characters",
                "password_min_length={}",
                "password expires in {} days",
                "{} password resets today",
                "password policy version {}",
            ])
            .replace("{}", &d.natural(2)),
        "phone-talk" => d
            .pick(&[
                "the phone rang {} times",
                "I bought {} phones",
                "phone support took {} minutes",
                "call number {} in the queue",
            ])
            .replace("{}", &d.natural(2)),
        "birth-talk" => d
            .pick(&["born in {}", "the birth of the company in {}", "a born leader since {}"])
            .replace("{}", &(1900 + d.below(120)).to_string()),
        "street-talk" => d
            .pick(&[
                "{} people walked down the road",
                "{} St Andrews golfers",
                "Wall Street fell {} points",
                "{} drives failed in the rack",
            ])
            .replace("{}", &d.natural(2)),
        "wrong-card" => {
            let (digits, _) = card(d);
            format!("{} {}", d.pick(&["card", "carte", "value", "paid with"]), last_wrong(digits))
        }
        "wrong-iban" => {
            let mut text = iban(d).into_bytes();
            text[3] = b'0' + (text[3] - b'0' + 1 + d.below(8) as u8) % 10;
            format!("IBAN {}", String::from_utf8_lossy(&text))
        }
        "wrong-checksum" => {
            let rule = d.pick(&[
                "br-cpf",
                "br-cnpj",
                "za-id",
                "imei",
                "ch-ahv",
                "ro-cnp",
                "th-id",
                "ae-id",
                "tr-tckn",
                "in-aadhaar",
            ]);
            let number =
                (0..50).find_map(|_| compact(rule, d)).expect("one of fifty has a check digit");
            format!("{} {}", d.pick(&["value", "entry", "seen:", "got"]), last_wrong(number))
        }
        _ => return None,
    })
}
