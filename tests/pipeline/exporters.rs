//! Exporters that do as they are told.

use lumina::export::{Delivery, ExportError, Exporter};
use lumina::model::Batch;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// Blocks in its first attempt until the other end is dropped, then takes everything.
pub(crate) struct Blocked(Receiver<()>);

impl Blocked {
    pub(crate) fn new() -> (Blocked, Sender<()>) {
        let (release, blocked) = channel();
        (Blocked(blocked), release)
    }
}

impl Exporter for Blocked {
    fn name(&self) -> &'static str {
        "blocked"
    }

    fn export(&mut self, _: &Batch, _: Instant) -> Result<Delivery, ExportError> {
        self.0.recv().ok();
        Ok(Delivery::default())
    }
}
