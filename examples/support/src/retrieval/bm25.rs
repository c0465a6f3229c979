//! BM25: how well a document matches a query, from the terms they share.
//!
//! Pure: it sees terms, never text or files.

use std::collections::HashMap;

/// How fast repeats of a term stop counting.
const K1: f64 = 1.2;
/// How much a long document is discounted: 0 not at all, 1 in full.
const B: f64 = 0.75;

/// Where a term occurs: document and number of occurrences there.
#[derive(Clone, Copy, Debug)]
struct Posting {
    document: usize,
    occurrences: u32,
}

/// A ranking over documents given as lists of terms.
///
/// # Source
///
/// S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
/// Foundations and Trends in Information Retrieval 3(4), 2009, section 3.4, with the weight
/// `ln(1 + (N - n + 0.5) / (n + 0.5))`, which never falls below zero.
#[derive(Clone, Debug, Default)]
pub struct Bm25 {
    postings: HashMap<String, Vec<Posting>>,
    /// Terms of each document.
    lengths: Vec<usize>,
    mean_length: f64,
}

impl Bm25 {
    /// Builds the ranking; documents are known by their place in `documents`.
    pub fn new(documents: impl Iterator<Item = Vec<String>>) -> Self {
        let mut postings: HashMap<String, Vec<Posting>> = HashMap::new();
        let mut lengths = Vec::new();
        for (document, terms) in documents.enumerate() {
            lengths.push(terms.len());
            for term in terms {
                let list = postings.entry(term).or_default();
                match list.last_mut() {
                    Some(last) if last.document == document => last.occurrences += 1,
                    _ => list.push(Posting { document, occurrences: 1 }),
                }
            }
        }
        let total: usize = lengths.iter().sum();
        // OK to divide by one when there is nothing: no posting will ask for it.
        let mean_length = total as f64 / lengths.len().max(1) as f64;
        Self { postings, lengths, mean_length }
    }

    /// Returns the documents that share a term with `query` and their scores, the best first.
    ///
    /// A term counts as often as `query` holds it. Equal scores keep the documents' order.
    ///
    /// # Examples
    ///
    /// ```
    /// use lumina_support::retrieval::Bm25;
    ///
    /// let documents = [vec!["queue".to_owned()], vec!["span".to_owned()]];
    /// let ranked = Bm25::new(documents.into_iter()).rank(&["span".to_owned()]);
    /// // One of two documents has the term, and its length is the mean: ln 2 * 2.2 / 2.2.
    /// assert_eq!(ranked, [(1, 2f64.ln())]);
    /// ```
    pub fn rank(&self, query: &[String]) -> Vec<(usize, f64)> {
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for term in query {
            let postings = self.postings.get(term).map_or(&[][..], Vec::as_slice);
            let weight = self.weight(postings.len());
            for posting in postings {
                *scores.entry(posting.document).or_default() += weight * self.saturation(*posting);
            }
        }
        let mut ranked: Vec<_> = scores.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }

    /// The weight of a term that `holders` documents have: the rarer, the heavier.
    fn weight(&self, holders: usize) -> f64 {
        let (all, holders) = (self.lengths.len() as f64, holders as f64);
        (1.0 + (all - holders + 0.5) / (holders + 0.5)).ln()
    }

    /// What the occurrences of a term in one document are worth: from 0 up to `K1 + 1`.
    fn saturation(&self, posting: Posting) -> f64 {
        let occurrences = f64::from(posting.occurrences);
        let length = self.lengths[posting.document] as f64 / self.mean_length;
        occurrences * (K1 + 1.0) / (occurrences + K1 * (1.0 - B + B * length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(documents: &[&str]) -> Bm25 {
        Bm25::new(documents.iter().map(|text| words(text)))
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn assert_ranked(found: &[(usize, f64)], expected: &[(usize, f64)]) {
        assert_eq!(found.len(), expected.len(), "{found:?} is not {expected:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found.0, expected.0);
            assert!((found.1 - expected.1).abs() < 1e-12, "{found:?} is not {expected:?}");
        }
    }

    #[test]
    fn scores_are_those_of_the_formula_worked_by_hand() {
        // Three documents of 2, 4 and 3 terms: mean 3. "a" is in two of them:
        // ln(1 + 1.5 / 2.5) = ln 1.6.
        // Document 0: once in 2 terms:  2.2 / (1 + 1.2 * (0.25 + 0.75 * 2/3)) = 2.2 / 1.9.
        // Document 1: twice in 4 terms: 4.4 / (2 + 1.2 * (0.25 + 0.75 * 4/3)) = 4.4 / 3.5.
        let weight = 1.6f64.ln();
        assert_ranked(
            &ranking(&["a b", "a a c d", "b c d"]).rank(&words("a")),
            &[(1, weight * 4.4 / 3.5), (0, weight * 2.2 / 1.9)],
        );
    }

    #[test]
    fn terms_of_a_query_add_up() {
        let ranking = ranking(&["a b", "a c"]);
        let (common, rare) = (1.2f64.ln(), 2f64.ln());
        assert_ranked(&ranking.rank(&words("a b")), &[(0, common + rare), (1, common)]);
        assert_ranked(&ranking.rank(&words("b b")), &[(0, 2.0 * rare)]);
    }

    #[test]
    fn repeats_help_less_and_less() {
        let ranking = ranking(&["a x x x", "a a x x", "a a a x"]);
        let scores: Vec<_> =
            ranking.rank(&words("a")).into_iter().map(|(_, score)| score).collect();
        let (third, second) = (scores[0] - scores[1], scores[1] - scores[2]);
        assert!(0.0 < third && third < second, "{scores:?}");
    }

    #[test]
    fn of_two_documents_with_the_same_hits_the_shorter_wins() {
        assert_eq!(ranking(&["a x x x", "a x"]).rank(&words("a"))[0].0, 1);
    }

    #[test]
    fn a_term_in_every_document_still_counts_for_and_never_against() {
        let ranked = ranking(&["a", "a b"]).rank(&words("a"));
        assert!(ranked.iter().all(|(_, score)| *score > 0.0), "{ranked:?}");
    }

    #[test]
    fn equal_scores_keep_the_order_of_the_documents() {
        let ranked = ranking(&["x", "a", "a", "a"]).rank(&words("a"));
        assert_eq!(ranked.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn nothing_ranks_in_an_empty_index_or_for_unknown_terms() {
        assert_eq!(ranking(&[]).rank(&words("a")), []);
        assert_eq!(ranking(&["b", ""]).rank(&words("a")), []);
    }
}
