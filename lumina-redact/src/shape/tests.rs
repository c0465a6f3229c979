use super::*;

fn ends(pattern: &str, text: &str) -> Option<usize> {
    Shape::parse(pattern).unwrap().match_at(text.as_bytes(), 0).map(|found| found.end)
}

#[test]
fn counts_take_as_much_as_they_may() {
    assert_eq!(ends("ab[0-9]{2,4}", "ab123-"), Some(5));
    assert_eq!(ends(r"\d+x?", "12y"), Some(2));
    assert_eq!(ends("a{3}", "aa"), None);
}

#[test]
fn a_longer_run_than_the_last_count_is_no_match() {
    assert_eq!(ends("ghp_[a-z]{3}", "ghp_abcd"), None);
    assert_eq!(ends("ghp_[a-z]{3,}", "ghp_abcd"), Some(8));
}

#[test]
fn the_group_is_what_is_replaced() {
    let shape = Shape::parse("user:([a-z]+)@").unwrap();
    assert_eq!(shape.match_at(b"user:pw@x", 0), Some(Match { end: 8, from: 5, to: 7 }));
}

#[test]
fn lists_take_their_first_word_and_may_be_absent() {
    assert_eq!(ends("(?:AKIA|ASIA)[A-Z]{2}", "ASIAXY"), Some(6));
    assert_eq!(ends("sk-(?:proj-)?[a-z]{2}", "sk-ab"), Some(5));
    assert_eq!(ends("(?i)bearer [a-z]+", "BEARER Xy"), Some(9));
}

#[test]
fn prefixes_are_the_literals_in_front() {
    let shape = Shape::parse("(?:AK|AS)IA[A-Z]{16}").unwrap();
    assert_eq!(shape.prefixes(), [b"AKIA", b"ASIA"]);
    assert!(Shape::parse("[a-z]x").unwrap().prefixes().is_empty());
}

#[test]
fn the_lead_counts_letters_then_digits() {
    let lead = |pattern| Shape::parse(pattern).unwrap().lead();
    assert_eq!(lead(r"[A-Z]{2} ?\d{2} ?\d{4}[A-D]").unwrap().digits, (2, 6));
    assert_eq!(lead(r"-\d{4}"), None);
    assert_eq!(lead(r"[A-Z]{2}\d{6}[A-D]").unwrap().digits, (6, 6));
    assert_eq!(lead(r"\d{3}\.\d{3}").unwrap(), Lead { letters: (0, 0), digits: (3, 3) });
    assert_eq!(lead(r"756\.\d{4}").unwrap(), Lead { letters: (0, 0), digits: (3, 3) });
}

#[test]
fn what_shapes_do_not_have_is_refused_with_its_place() {
    let refused = |pattern: &str| Shape::parse(pattern).unwrap_err();
    assert_eq!(refused("ab.c").at, 3);
    assert_eq!(refused("(?:a|[b])").reason, "a list holds literals only");
    assert_eq!(refused("a{3,1}").reason, "expected `}` after a larger count");
}
