#[lumina::traced]
#[fallback(self.stale)]
fn price(&self, #[cfg(feature = "regions")] region: Region, id: Id) -> Result<Price, Error> {
    self.fresh(#[cfg(feature = "regions")] region, id)
}
