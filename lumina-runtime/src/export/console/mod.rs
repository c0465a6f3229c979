//! Console: traces as trees, for a person at a terminal.
//!
//! ```text
//! 📊 api-request (total: 3.5s)  service=support  trace=4bf92f3577b34da6a3ce929d0e0e4736
//!   ┝━ auth (50ms) ✓
//!   ├─ quota (80ms ∥) ✓
//!   ┝━ db-query (100ms ∥) ✓
//!   ┝━ vector-search (2.8s) ⚠ SLOW (80% of the total) ✓
//!   ┕━ llm-call [llm] (550ms) ✗ RateLimited: too many requests
//! ```
//!
//! [`held`] keeps spans until the root of their trace has come, [`node`] makes short and safe text
//! of them, [`tree`] finds the places, [`critical`] the critical path, [`mod@parallel`] what ran at
//! the same time; [`render`] draws with the help of [`mod@line`] and [`style`].

mod critical;
mod held;
mod line;
mod node;
mod parallel;
mod recent;
mod render;
mod style;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use super::{Delivery, ExportError, Exporter};
use crate::model::Batch;
use held::{Bounds, Held, Piece};
use render::SlowRule;
use std::fmt;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};
use style::Look;

/// Prints each trace as a tree, once its root has ended.
///
/// A heavy line (`┝━`) leads to the spans on the *critical path*: those that the end of the root
/// had to wait for. `⚠ SLOW` marks the one of them that takes the largest part of the root's time
/// itself, if that is at least half and 10 ms; see [`slow`](Self::slow). `∥` stands at spans that
/// ran at the same time as another one of the same parent.
///
/// Spans wait for their root at most [30 seconds](Self::max_wait) and at most
/// [50,000 of them or 32 MiB](Self::max_held_spans); then they are printed as a part of their
/// trace, and so is everything on a flush. The time is looked at when a batch comes: with no more
/// spans, the flush prints the rest. Spans count as delivered when they start to wait.
///
/// Nothing in a name or a value reaches the terminal as a control sequence. Long values are cut,
/// and of the many only the first are shown: use [`Jsonl`](super::Jsonl) for all of them.
///
/// Colours: never with `NO_COLOR`, always with `CLICOLOR_FORCE`, else if standard error is a
/// terminal. Only ASCII is used if `LC_ALL`, `LC_CTYPE` or `LANG` name a locale that is not UTF-8.
///
/// ```
/// use lumina_runtime::export::{Console, Exporter};
/// use lumina_runtime::model::{Batch, Resource, SpanData, SpanId, TraceId};
/// let mut console = Console::to(std::io::stdout()).colors(true).width(100);
/// let span = SpanData::new(TraceId(1), SpanId(2), "retrieve");
/// let batch = Batch::from_spans(Resource::new(), [span]);
/// let delivery = console.export(&batch, std::time::Instant::now())?;
/// assert_eq!(delivery.rejected_spans, 0);
/// # Ok::<(), lumina_runtime::export::ExportError>(())
/// ```
pub struct Console {
    writer: Box<dyn Write + Send>,
    look: Look,
    slow: SlowRule,
    held: Held,
}

impl Console {
    /// Prints to standard error.
    pub fn new() -> Self {
        let stderr = std::io::stderr();
        let is_terminal = stderr.is_terminal();
        Self::with(Box::new(stderr), is_terminal)
    }

    /// Prints to `writer`, which is taken for no terminal: see [`colors`](Self::colors).
    ///
    /// Each trace is one call of `write_all`.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self::with(Box::new(writer), false)
    }

    fn with(writer: Box<dyn Write + Send>, is_terminal: bool) -> Self {
        let variable = |name: &str| std::env::var_os(name);
        let glyphs = if style::wants_unicode(variable) { &style::UNICODE } else { &style::ASCII };
        let look = Look {
            colors: style::wants_colors(variable, is_terminal),
            glyphs,
            width: style::width(variable).unwrap_or(120),
        };
        let bounds =
            Bounds { max_spans: 50_000, max_bytes: 32 << 20, max_wait: Duration::from_secs(30) };
        let slow = SlowRule { share: 0.5, floor_nanos: 10_000_000 };
        Console { writer, look, slow, held: Held::new(bounds) }
    }

    /// Uses colours or not, whatever the environment says.
    #[must_use]
    pub fn colors(mut self, colors: bool) -> Self {
        self.look.colors = colors;
        self
    }

    /// Draws with Unicode or with ASCII only, whatever the locale is. Names and values are shown
    /// as they are in both.
    #[must_use]
    pub fn unicode(mut self, unicode: bool) -> Self {
        self.look.glyphs = if unicode { &style::UNICODE } else { &style::ASCII };
        self
    }

    /// Cuts lines at `columns`, at least 40; by default `COLUMNS`, or 120.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.look.width = columns.max(40);
        self
    }

    /// Marks a span as slow from `share` of the root's length (0.0 to 1.0) and from `own_time` on.
    ///
    /// Only one span of a trace is marked: the one on the critical path with the most time of its
    /// own, which is what its children on the path do not account for.
    #[must_use]
    pub fn slow(mut self, share: f64, own_time: Duration) -> Self {
        let floor_nanos = u64::try_from(own_time.as_nanos()).unwrap_or(u64::MAX);
        self.slow = SlowRule { share, floor_nanos };
        self
    }

    /// Lets a span wait this long for the root of its trace.
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.held.bounds_mut().max_wait = wait;
        self
    }

    /// Lets this many spans, and this many bytes of their text, wait for their roots.
    #[must_use]
    pub fn max_held_spans(mut self, spans: usize, bytes: usize) -> Self {
        self.held.bounds_mut().max_spans = spans;
        self.held.bounds_mut().max_bytes = bytes;
        self
    }

    fn print(&mut self, pieces: &[Piece]) -> Result<(), ExportError> {
        for piece in pieces {
            let text = render::render(piece, &self.look, self.slow);
            self.writer.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

/// The spans are in no state to be taken in again, and half of the text may be out.
fn failed(error: &std::io::Error) -> ExportError {
    ExportError::Permanent { reason: format!("cannot write to the console: {error}") }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("look", &self.look).field("slow", &self.slow).finish()
    }
}

impl Exporter for Console {
    fn name(&self) -> &'static str {
        "console"
    }

    fn export(&mut self, batch: &Batch, _deadline: Instant) -> Result<Delivery, ExportError> {
        let pieces = self.held.add(batch, Instant::now(), self.look.glyphs);
        self.print(&pieces)?;
        Ok(Delivery::default())
    }

    fn flush(&mut self, _deadline: Instant) -> Result<(), ExportError> {
        let pieces = self.held.take_all();
        self.print(&pieces)?;
        self.writer.flush().map_err(|error| failed(&error))
    }
}
