//! "Did you mean": the message for a word that is not in a list.

/// `unknown key `mx`; did you mean `max`? `retry` accepts: ...`
pub(super) fn unknown(what: &str, word: &str, owner: &str, accepted: &[&str]) -> String {
    let hint = match nearest(word, accepted) {
        Some(near) => format!(" did you mean `{near}`?"),
        None => String::new(),
    };
    // What was written may be anything: it must not steer a terminal.
    let word = word.escape_debug();
    format!("unknown {what} `{word}`;{hint} {owner} accepts: {}", accepted.join(", "))
}

/// The word of `accepted` that `word` was probably meant to be: a third of the letters may be wrong.
pub(super) fn nearest<'a>(word: &str, accepted: &[&'a str]) -> Option<&'a str> {
    // No word is that long, and the comparison takes the product of the lengths.
    if word.len() > 100 {
        return None;
    }
    accepted
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(edits, candidate)| edits * 3 <= word.len().max(candidate.len()))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Edits from `a` to `b`: one inserted, deleted, replaced or swapped letter each.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut edits = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                edits = edits.min(rows[i - 2][j - 2] + 1);
            }
            row.push(edits);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_word_and_another_word_does_not() {
        let accepted = ["max", "max_delay", "jitter"];
        assert_eq!(nearest("mx", &accepted), Some("max"));
        assert_eq!(nearest("maxdelay", &accepted), Some("max_delay"));
        assert_eq!(nearest("cat", &accepted), None);
        assert_eq!(nearest(&"max".repeat(100), &accepted), None);
    }

    #[test]
    fn the_message_names_the_word_the_nearest_and_the_list() {
        assert_eq!(
            unknown("key", "jiter", "`retry`", &["max", "jitter"]),
            "unknown key `jiter`; did you mean `jitter`? `retry` accepts: max, jitter"
        );
    }
}
