//! A document index: Markdown files cut into passages, ranked by BM25.
//!
//! Everything is in memory and read once; a changed file is not noticed.

mod bm25;
mod load;
mod markdown;

use std::path::Path;

pub use bm25::Bm25;
pub use load::RetrievalError;

use crate::{document, text};

/// One section of a file, or a part of it where the section is long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The file, relative to the directory that was loaded, with `/` between its parts.
    pub path: String,
    /// The headings above the text, outermost first, joined by ` > `; empty before the first.
    pub heading: String,
    /// The text as it stands in the file, without its own heading.
    pub text: String,
}

impl Passage {
    /// Returns what an answer cites: the path and the anchor of the innermost heading.
    ///
    /// # Examples
    ///
    /// ```
    /// let index = lumina_support::Index::from_markdown("README.md", "# A\n## Its limits!\nNone.");
    /// assert_eq!(index.passages()[0].source(), "README.md#its-limits");
    /// ```
    pub fn source(&self) -> String {
        let innermost = self.heading.rsplit(" > ").next().unwrap_or_default();
        if innermost.is_empty() {
            return self.path.clone();
        }
        format!("{}#{}", self.path, markdown::anchor(innermost))
    }

    /// Writes the passage for a prompt, as [`document::render`] does.
    pub fn to_prompt(&self) -> String {
        document::render(&self.source(), &self.text)
    }
}

/// A passage that matched, and how well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit<'a> {
    /// The BM25 score: above zero, comparable within one search only.
    pub score: f64,
    /// What matched.
    pub passage: &'a Passage,
}

/// Passages and their ranking.
#[derive(Clone, Debug)]
pub struct Index {
    passages: Vec<Passage>,
    ranking: Bm25,
}

impl Index {
    /// Reads every `*.md` under `directory`, in the order of their paths.
    ///
    /// Hidden directories, `target` and `node_modules` are left out, and so are symbolic links.
    ///
    /// # Errors
    ///
    /// If the directory or one of the files cannot be read, if a file is not UTF-8 or larger
    /// than 1 MiB, if there are more than 2000 files, or if nothing was found to index.
    pub fn load(directory: impl AsRef<Path>) -> Result<Self, RetrievalError> {
        let files = load::markdown_files(directory.as_ref())?;
        let passages: Vec<_> =
            files.iter().flat_map(|(path, text)| markdown::passages(path, text)).collect();
        if passages.is_empty() {
            return Err(RetrievalError::Empty { directory: directory.as_ref().to_owned() });
        }
        Ok(Self::from_passages(passages))
    }

    /// Indexes one Markdown text that stands for the file `path`.
    pub fn from_markdown(path: &str, text: &str) -> Self {
        Self::from_passages(markdown::passages(path, text))
    }

    fn from_passages(passages: Vec<Passage>) -> Self {
        let ranking = Bm25::new(passages.iter().map(|passage| {
            // A heading says what its text is about, and often says it only there.
            text::terms(&passage.heading).chain(text::terms(&passage.text)).collect()
        }));
        Self { passages, ranking }
    }

    /// Returns at most `limit` passages that share a term with `query`, the best first.
    ///
    /// Equal scores keep the order of [`passages`](Self::passages).
    ///
    /// # Examples
    ///
    /// ```
    /// let text = "# Queue\nBounded in spans and bytes.\n# Licence\nMIT or Apache.";
    /// let index = lumina_support::Index::from_markdown("README.md", text);
    /// let hits = index.search("How large may the queue get?", 3);
    /// assert_eq!(hits.len(), 1);
    /// assert_eq!(hits[0].passage.heading, "Queue");
    /// ```
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        let query: Vec<_> = text::terms(query).collect();
        let ranked = self.ranking.rank(&query).into_iter().take(limit);
        ranked.map(|(at, score)| Hit { score, passage: &self.passages[at] }).collect()
    }

    /// Returns all passages, by path and then by place in the file.
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heading_counts_as_text() {
        let index = Index::from_markdown("a.md", "# Shutdown\nCall it last.\n# Start\nCall it.");
        assert_eq!(index.search("shutdown", 9)[0].passage.text, "Call it last.");
    }

    #[test]
    fn a_query_of_stop_words_or_unknown_words_finds_nothing() {
        let index = Index::from_markdown("a.md", "# What is this\nThis is it, for you.");
        assert_eq!(index.search("what is this?", 9), []);
        assert_eq!(index.search("zebra", 9), []);
    }

    #[test]
    fn the_limit_holds_and_an_empty_index_answers() {
        let index = Index::from_markdown("a.md", "# A\nspan\n# B\nspan\n# C\nspan");
        assert_eq!(index.search("span", 2).len(), 2);
        assert_eq!(Index::from_markdown("a.md", "").search("span", 2), []);
    }

    #[test]
    fn a_passage_in_a_prompt_is_found_there_with_its_source() {
        let index = Index::from_markdown("docs/a.md", "# Top\n## The Queue\nIt is bounded.");
        let found = document::parse(&index.passages()[0].to_prompt());
        assert_eq!(found[0].source, "docs/a.md#the-queue");
        assert_eq!(found[0].text, "It is bounded.");
    }
}
