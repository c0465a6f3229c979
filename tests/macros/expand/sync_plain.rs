#[lumina::traced(capture(shelf, ?tags), attrs("shelf.length" = shelf.len(), %self.name, cache.hit = _))]
pub fn recommend(&self, shelf: &str, tags: Vec<String>) -> usize {
    self.rank(shelf, &tags)
}
