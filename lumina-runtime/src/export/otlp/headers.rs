//! Headers from users: the environment's list form, and what is accepted at all.
//!
//! Source: OpenTelemetry specification, "Specifying headers via environment variables"; W3C
//! Baggage, section 3.3.

use super::config::OtlpConfigError;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, header};

const ACCEPTED: &str = "name=value,name=value with values percent-encoded";

/// What the exporter or the connection sets itself.
const RESERVED: [HeaderName; 8] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
    header::HOST,
    header::CONNECTION,
    header::EXPECT,
    header::TE,
];

/// Reads `name=value,name=value`.
pub(super) fn parse(setting: &'static str, list: &str) -> Result<HeaderMap, OtlpConfigError> {
    let mut headers = HeaderMap::new();
    for (at, member) in list.split(',').enumerate() {
        if member.trim().is_empty() {
            continue;
        }
        let Some((name, value)) = member.split_once('=') else {
            // Not even a part is shown: a lone word may be the key itself.
            return Err(invalid(setting, format!("entry {} has no `=`", at + 1)));
        };
        let Some(value) = percent_decode(value.trim()) else {
            let problem = format!("entry {} has a `%` without two hexadecimal digits", at + 1);
            return Err(invalid(setting, problem));
        };
        let (name, value) = pair(setting, name, &value)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// Checks one header; its value is marked as a secret.
pub(super) fn pair(
    setting: &'static str,
    name: &str,
    value: &[u8],
) -> Result<(HeaderName, HeaderValue), OtlpConfigError> {
    let name: HeaderName = name
        .trim()
        .parse()
        .map_err(|_| invalid(setting, "a name is not that of a header".to_owned()))?;
    if RESERVED.contains(&name) {
        return Err(invalid(setting, format!("`{name}` is set by the exporter")));
    }
    let mut value = HeaderValue::from_bytes(value).map_err(|_| {
        invalid(setting, format!("the value of `{name}` has characters that no header may have"))
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

fn invalid(setting: &'static str, problem: String) -> OtlpConfigError {
    OtlpConfigError::InvalidSecret { setting, problem, accepted: ACCEPTED }
}

fn percent_decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push((high * 16 + low) as u8);
        } else {
            decoded.push(byte);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_trimmed_and_percent_decoded() {
        let list = " api-key = a%20b%2Cc== , ,X-Tenant=7,api-key=last,empty=,";
        let headers = parse("V", list).unwrap();
        assert_eq!(headers["api-key"], "last");
        assert_eq!(headers["x-tenant"], "7");
        assert_eq!(headers["empty"], "");
        assert_eq!(headers.len(), 3);
        assert_eq!(parse("V", "k=a%20b%2Cc==").unwrap()["k"], "a b,c==");
        assert!(!format!("{headers:?}").contains("last"), "values are marked as secrets");
    }

    #[test]
    fn a_wrong_list_names_the_variable_and_the_problem_but_never_a_value() {
        let cases = [
            ("s3cret", "entry 1 has no `=`"),
            ("a=1,s3cret", "entry 2 has no `=`"),
            ("a=s3cret%2", "entry 1 has a `%`"),
            ("a=s3cret%zz", "entry 1 has a `%`"),
            ("bad name=s3cret", "a name is not that of a header"),
            ("key=s3cret%0A", "the value of `key` has characters"),
            ("Content-Type=s3cret", "`content-type` is set by the exporter"),
        ];
        for (list, problem) in cases {
            let error = parse("OTEL_EXPORTER_OTLP_HEADERS", list).unwrap_err();
            for shown in [error.to_string(), format!("{error:?}")] {
                assert!(shown.contains("OTEL_EXPORTER_OTLP_HEADERS"), "{shown}");
                assert!(shown.contains(problem), "{shown}");
                assert!(!shown.contains("s3cret"), "{shown}");
            }
        }
    }
}
