//! IP and MAC addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::finding::Reason;
use crate::scan::Scan;
use crate::scan::context::{NETWORK, VERSION};
use crate::table::custom::Custom;

/// Looks for an address in which the short token `start..end` stands.
pub(crate) fn address(scan: &mut Scan<'_>, start: usize, end: usize) {
    if scan.byte(end) == Some(b'.') {
        return ipv4(scan, start);
    }
    let hex = scan.text[start..end].iter().all(u8::is_ascii_hexdigit);
    if hex {
        mac_or_ipv6(scan, start, end);
    }
}

fn ipv4(scan: &mut Scan<'_>, start: usize) {
    let rest = &scan.text[start..];
    let length = rest.iter().take(16).take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    let mut written = &rest[..length];
    while let Some(shorter) = written.strip_suffix(b".") {
        written = shorter;
    }
    let Some(address) =
        std::str::from_utf8(written).ok().and_then(|text| text.parse::<Ipv4Addr>().ok())
    else {
        return;
    };
    let end = start + written.len();
    let port = scan.byte(end) == Some(b':');
    let prefix = scan.byte(end) == Some(b'/');
    // `Chrome/119.0.6045.105`, `libfoo.so.1.2.3.4`, `numpy-1.2.3.4`
    let attached = match scan.before(start) {
        Some(b'/') => start >= 2 && scan.text[start - 2].is_ascii_alphanumeric(),
        Some(b'=') => start >= 2 && scan.text[start - 2] == b'=',
        Some(b'-') if scan.text[..start].ends_with(b"ip-") => false,
        _ => !scan.opens(start),
    };
    let open_end = !port && !scan.closes(end) && scan.byte(end) != Some(b'%');
    if attached
        || open_end
        || address.is_loopback()
        || address.is_unspecified()
        || address.is_broadcast()
    {
        return;
    }
    let near = scan.context(start, end);
    let version = near.about(VERSION, NETWORK).is_some();
    let about = near.about(NETWORK, VERSION);
    let octets = address.octets();
    let small = octets.iter().all(|&octet| octet < 20) && octets[0] != 10;
    let netmask = octets[0] == 255;
    let score = match (version, about.is_some(), small) {
        (true, ..) => 30,
        (_, true, _) => 90,
        (.., true) if !port && !prefix => 45,
        _ => 75,
    };
    if !netmask {
        let reason = Reason::with("four octets", about);
        scan.push_custom(Custom::IpAddress, (start, end), score, reason);
    }
}

fn mac_or_ipv6(scan: &mut Scan<'_>, start: usize, end: usize) {
    if scan.found.last().is_some_and(|last| last.end > start && last.start < end) {
        return;
    }
    let part = |b: u8| b.is_ascii_hexdigit() || b == b':';
    if scan.byte(end) == Some(b'-') {
        return mac(scan, start, b'-');
    }
    // The first token with a digit may stand in the middle.
    let lowest = start.saturating_sub(40);
    let mut from = start;
    while from > lowest && part(scan.text[from - 1]) {
        from -= 1;
    }
    if scan
        .before(from)
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':'))
    {
        return;
    }
    if mac_at(scan, from, b':') {
        return;
    }
    let length = scan.text[from..].iter().take(46).take_while(|b| part(**b) || **b == b'.').count();
    let mut written = &scan.text[from..from + length];
    while let Some(shorter) = written.strip_suffix(b".") {
        written = shorter;
    }
    if !written.ends_with(b"::") {
        written = written.strip_suffix(b":").unwrap_or(written);
    }
    let groups = written.split(|&b| b == b':').filter(|group| !group.is_empty()).count();
    let digits = written.iter().filter(|b| b.is_ascii_hexdigit()).count();
    let Some(address) =
        std::str::from_utf8(written).ok().and_then(|text| text.parse::<Ipv6Addr>().ok())
    else {
        return;
    };
    let to = from + written.len();
    let word_after = scan.byte(to).is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    if groups >= 2
        && digits >= 5
        && !word_after
        && !address.is_loopback()
        && !address.is_unspecified()
    {
        scan.push_custom(
            Custom::IpAddress,
            (from, to),
            88,
            Reason::check("eight groups of hexadecimal digits"),
        );
    }
}

fn mac(scan: &mut Scan<'_>, start: usize, separator: u8) {
    // The first pair may have no digit.
    for back in 0..5 {
        let from = start.wrapping_sub(3 * back);
        if from > start {
            break;
        }
        if scan.opens(from) && mac_at(scan, from, separator) {
            break;
        }
    }
}

fn mac_at(scan: &mut Scan<'_>, from: usize, separator: u8) -> bool {
    let Some(written) = scan.text.get(from..from + 17) else { return false };
    let fits = written
        .iter()
        .enumerate()
        .all(|(i, b)| if i % 3 == 2 { *b == separator } else { b.is_ascii_hexdigit() });
    let longer = scan.byte(from + 17).is_some_and(|b| b == separator || b.is_ascii_alphanumeric());
    let empty = written.iter().all(|b| matches!(b, b'0' | b'f' | b'F' | b':' | b'-'));
    if !fits || longer || empty {
        return false;
    }
    let reason = Reason::check("six pairs of hexadecimal digits");
    scan.push_custom(Custom::MacAddress, (from, from + 17), 88, reason);
    true
}
