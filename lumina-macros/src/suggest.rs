//! "Did you mean": the message for a word that is not in a list.

/// `unknown argument `levle`; did you mean `level`? `traced` accepts: ...`
///
/// `what` says what kind of word was expected, `owner` whose list it is.
pub(crate) fn unknown(what: &str, word: &str, owner: &str, accepted: &[&str]) -> String {
    let hint = match nearest(word, accepted) {
        Some(near) => format!(" did you mean `{near}`?"),
        None => String::new(),
    };
    format!("unknown {what} `{word}`;{hint} `{owner}` accepts: {}", accepted.join(", "))
}

/// The word of `accepted` that `word` was probably meant to be.
///
/// A third of the letters may be wrong: `skp` is `skip`, but `cat` is not `kind`.
pub(crate) fn nearest<'a>(word: &str, accepted: &[&'a str]) -> Option<&'a str> {
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
    fn a_slip_of_the_finger_finds_its_word() {
        let accepted = ["level", "skip", "skip_all", "fields"];
        assert_eq!(nearest("levle", &accepted), Some("level"));
        assert_eq!(nearest("skp", &accepted), Some("skip"));
        assert_eq!(nearest("skipall", &accepted), Some("skip_all"));
        assert_eq!(nearest("field", &accepted), Some("fields"));
    }

    #[test]
    fn an_unrelated_word_finds_nothing() {
        assert_eq!(nearest("cat", &["kind", "level"]), None);
        assert_eq!(nearest("", &["kind"]), None);
    }

    #[test]
    fn the_message_names_the_word_the_owner_and_the_list() {
        assert_eq!(
            unknown("argument", "kin", "traced", &["kind", "level"]),
            "unknown argument `kin`; did you mean `kind`? `traced` accepts: kind, level"
        );
        assert_eq!(
            unknown("argument", "zzz", "traced", &["kind"]),
            "unknown argument `zzz`; `traced` accepts: kind"
        );
    }
}
