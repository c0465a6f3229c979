//! Words, sentences and tokens: one reading of text for index, answers, vectors and counts.
//!
//! English only, and simple on purpose.

/// Words that carry no topic. A question made of nothing else has no terms.
const STOP_WORDS: &[&str] = &[
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can", "could", "did",
    "do", "does", "for", "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it",
    "its", "me", "my", "not", "of", "on", "or", "our", "please", "should", "so", "some", "tell",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those",
    "to", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with",
    "would", "you", "your",
];

/// The longest run of letters and digits that counts as one token, in characters.
const TOKEN_CHARS: usize = 8;

/// Returns the terms of `text` in order, repeats included.
///
/// A term is a run of letters and digits, in lower case, without its plural ending; stop words
/// are left out. `LUMINA_API_KEY` is three terms.
pub(crate) fn terms(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .filter(|word| !STOP_WORDS.contains(&word.as_str()))
        .map(singular)
}

/// Removes the plural ending of a word in lower case.
///
/// Source: the "S" stemmer, D. Harman, "How Effective is Suffixing?", JASIS 42(1), 1991.
fn singular(mut word: String) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if word.len() <= 3 || !word.ends_with('s') || ends(&["us", "ss"]) {
        return word;
    }
    if word.ends_with("ies") && !ends(&["eies", "aies"]) {
        word.truncate(word.len() - 3);
        word.push('y');
    } else {
        // OK to truncate by bytes: the last one is an ASCII "s".
        word.truncate(word.len() - 1);
    }
    word
}

/// Returns the sentences of `text`: its prose, line breaks folded, without fenced code.
///
/// A sentence ends at `.`, `!` or `?` before white space (not after a number), at a blank line,
/// and where a list item, a table row or a heading begins. JSON, as tools return it, has no
/// prose: it is one sentence as a whole.
pub(crate) fn sentences(text: &str) -> Vec<String> {
    let trimmed = text.trim();
    if trimmed.starts_with(['{', '[']) && trimmed.ends_with(['}', ']']) {
        return vec![trimmed.to_owned()];
    }
    let mut sentences = Vec::new();
    let mut block = String::new();
    let mut fenced = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") {
            fenced = !fenced;
            split_block(&mut block, &mut sentences);
        } else if !fenced {
            let item = item(line);
            if line.is_empty() || item.is_some() {
                split_block(&mut block, &mut sentences);
            }
            if !block.is_empty() {
                block.push(' ');
            }
            block.push_str(item.unwrap_or(line));
        }
    }
    split_block(&mut block, &mut sentences);
    sentences
}

/// Returns what follows the mark of a heading, a list item, a quotation or a table row.
fn item(line: &str) -> Option<&str> {
    if line.starts_with('|') {
        return Some(line);
    }
    let (mark, rest) = line.split_once(' ')?;
    let numbered = || mark.strip_suffix('.').is_some_and(|n| n.parse::<u32>().is_ok());
    let marked = matches!(mark, "*" | "-" | "+" | ">") || mark.bytes().all(|b| b == b'#');
    (marked || numbered()).then_some(rest)
}

/// Moves the sentences of `block` to `sentences`, leaving it empty.
fn split_block(block: &mut String, sentences: &mut Vec<String>) {
    let mut start = 0;
    let ends = block.char_indices().filter_map(|(at, c)| {
        let next = at + c.len_utf8();
        let ends = matches!(c, '.' | '!' | '?')
            && block[next..].starts_with(' ')
            && !is_number(block[..at].rsplit(' ').next().unwrap_or_default());
        ends.then_some(next)
    });
    for end in ends.chain([block.len()]) {
        let sentence = block[start..end].trim();
        if !sentence.is_empty() {
            sentences.push(sentence.to_owned());
        }
        start = end;
    }
    block.clear();
}

/// Whether a stop after `word` makes it an ordinal, as in "**3. Errors**".
fn is_number(word: &str) -> bool {
    let word = word.trim_start_matches('*');
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the tokens of `text`, which joined give `text` again.
///
/// An estimate, not the tokenizer of any model: a token is up to eight letters and digits, or
/// one other character; white space belongs to the token after it, and at the end to a token of
/// its own.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut word_chars = 0;
    for (at, c) in text.char_indices() {
        let ends_word = word_chars > 0 && (!c.is_alphanumeric() || word_chars == TOKEN_CHARS);
        if ends_word {
            tokens.push(&text[start..at]);
            (start, word_chars) = (at, 0);
        }
        if c.is_alphanumeric() {
            word_chars += 1;
        } else if !c.is_whitespace() {
            let end = at + c.len_utf8();
            tokens.push(&text[start..end]);
            start = end;
        }
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_lower_case_singular_and_without_stop_words() {
        let found: Vec<_> = terms("How are the LUMINA_API_KEYs of 2 policies bounded?").collect();
        assert_eq!(found, ["lumina", "api", "key", "2", "policy", "bounded"]);
    }

    #[test]
    fn short_words_and_words_in_ss_or_us_keep_their_ending() {
        let found: Vec<_> = terms("gas class status queues").collect();
        assert_eq!(found, ["gas", "class", "status", "queue"]);
    }

    #[test]
    fn sentences_end_at_stops_list_items_and_blank_lines_and_skip_code() {
        let text = "# Queue\n\nIt is bounded. It drops\nand counts!\n- first item\n2. second v1.2 item\n\
                    ```rust\nlet code = 1. ;\n```\n**3. Last**";
        let expected = [
            "Queue",
            "It is bounded.",
            "It drops and counts!",
            "first item",
            "second v1.2 item",
            "**3. Last**",
        ];
        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn json_is_one_sentence() {
        assert_eq!(sentences(" {\"a\": \"One. Two.\"}\n"), ["{\"a\": \"One. Two.\"}"]);
    }

    #[test]
    fn joined_tokens_are_the_text_again() {
        let text = "Spans aren't lost: überraschend  lang, ok?\n";
        assert_eq!(tokens(text).concat(), text);
    }

    #[test]
    fn a_token_is_eight_letters_or_one_mark() {
        assert_eq!(tokens("Hello, overloaded x"), ["Hello", ",", " overload", "ed", " x"]);
        assert_eq!(tokens(""), [""; 0]);
    }
}
