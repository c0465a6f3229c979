//! Markdown into passages: one for each section, more where a section is long.
//!
//! Pure. ATX headings only (`# Title`); a `#` inside fenced code is not a heading.

use super::Passage;

/// Sections longer than this are cut at a blank line, in bytes.
const PASSAGE_BYTES: usize = 1_600;

/// Cuts `text`, the content of the file `path`, into passages; empty sections give none.
pub(super) fn passages(path: &str, text: &str) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut headings: Vec<(usize, String)> = Vec::new();
    let mut section = String::new();
    let mut fence = None;
    for line in text.lines() {
        fence = after_line(fence, line);
        match heading(line).filter(|_| fence.is_none()) {
            Some((level, title)) => {
                cut(path, &headings, &section, &mut passages);
                section.clear();
                headings.retain(|(above, _)| *above < level);
                headings.push((level, title));
            }
            None => {
                section.push_str(line);
                section.push('\n');
            }
        }
    }
    cut(path, &headings, &section, &mut passages);
    passages
}

/// Returns the mark of the fence that is open after `line`.
fn after_line(open: Option<&'static str>, line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    let mark = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark));
    match (open, mark) {
        (None, mark) => mark,
        (Some(open), Some(mark)) if open == mark => None,
        (open, _) => open,
    }
}

/// Returns level and title, if `line` is a heading with a title.
fn heading(line: &str) -> Option<(usize, String)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let title = line.get(level..)?.strip_prefix(' ')?;
    let title = title.trim().trim_end_matches('#').trim_end();
    ((1..=6).contains(&level) && !title.is_empty()).then(|| (level, title.replace('`', "")))
}

/// Adds the passages of one section: whole paragraphs, together within [`PASSAGE_BYTES`].
///
/// A paragraph or a code block that is longer by itself stays whole.
fn cut(path: &str, headings: &[(usize, String)], section: &str, passages: &mut Vec<Passage>) {
    let titles: Vec<_> = headings.iter().map(|(_, title)| title.as_str()).collect();
    let heading = titles.join(" > ");
    let mut add = |text: &str| {
        let text = text.trim();
        if !text.is_empty() {
            let (path, text) = (path.to_owned(), text.to_owned());
            passages.push(Passage { path, heading: heading.clone(), text });
        }
    };
    let mut start = 0;
    let mut end = 0;
    for next in paragraph_ends(section) {
        if next - start > PASSAGE_BYTES && end > start {
            add(&section[start..end]);
            start = end;
        }
        end = next;
    }
    add(&section[start..]);
}

/// Returns the offsets after each blank line outside fenced code, and the end.
fn paragraph_ends(section: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    let mut fence = None;
    for line in section.split_inclusive('\n') {
        at += line.len();
        fence = after_line(fence, line);
        if fence.is_none() && line.trim().is_empty() {
            ends.push(at);
        }
    }
    ends.push(section.len());
    ends
}

/// Returns the anchor that code hosts give a heading: lower case, marks gone, spaces as hyphens.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings_and_texts(text: &str) -> Vec<(String, String)> {
        passages("a.md", text).into_iter().map(|p| (p.heading, p.text)).collect()
    }

    #[test]
    fn a_passage_names_the_headings_above_it() {
        let text = "intro\n# A\n## B ##\nb\n### `C`\nc\n## D\nd\n# E\ne";
        let expected =
            [("", "intro"), ("A > B", "b"), ("A > B > C", "c"), ("A > D", "d"), ("E", "e")];
        assert_eq!(
            headings_and_texts(text),
            expected.map(|(heading, text)| (heading.to_owned(), text.to_owned()))
        );
    }

    #[test]
    fn a_hash_in_code_or_without_space_is_no_heading() {
        let text = "# A\n```sh\n# comment\n~~~\n# still\n```\n#[traced]\n####### seven";
        let expected = "```sh\n# comment\n~~~\n# still\n```\n#[traced]\n####### seven";
        assert_eq!(headings_and_texts(text), [("A".to_owned(), expected.to_owned())]);
    }

    #[test]
    fn a_long_section_is_cut_between_paragraphs_and_loses_nothing() {
        let paragraph = "word ".repeat(150);
        let code = format!("```\n{}\n\n{}\n```", "x".repeat(900), "y".repeat(900));
        let text = format!("# A\n{paragraph}\n\n{paragraph}\n\n{paragraph}\n\n{code}\n\nend");
        let cut: Vec<_> = passages("a.md", &text).into_iter().map(|p| p.text).collect();
        let paragraph = paragraph.trim();
        let expected =
            [format!("{paragraph} \n\n{paragraph}"), paragraph.to_owned(), code, "end".to_owned()];
        assert_eq!(cut, expected);
    }

    #[test]
    fn anchors_are_those_of_code_hosts() {
        assert_eq!(anchor("Set-up: one line!"), "set-up-one-line");
        assert_eq!(anchor("lumina::init()"), "luminainit");
    }
}
