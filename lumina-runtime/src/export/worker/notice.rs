//! Says on standard error that spans are being lost or held up, once a minute at most.
//!
//! Pure but for the sink: the time is handed in. Written by the exporter's own thread only, since
//! a terminal may block.

use super::Counts;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Shows one line to the people who run the program.
#[derive(Clone)]
pub(crate) struct Notify(Arc<dyn Fn(&str) + Send + Sync>);

impl Notify {
    pub(crate) fn new(show: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Notify(Arc::new(show))
    }

    pub(crate) fn say(&self, line: &str) {
        (self.0)(line);
    }

    /// One line on standard error; a closed one is nobody's loss.
    pub(crate) fn stderr() -> Self {
        use std::io::Write;
        Notify::new(|line| drop(writeln!(std::io::stderr().lock(), "lumina: {line}")))
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notify")
    }
}

/// What has been said about one exporter.
#[derive(Debug)]
pub(super) struct Notices {
    notify: Notify,
    last: Option<Instant>,
    said_failed: u64,
    said_dropped: u64,
}

impl Notices {
    const INTERVAL: Duration = Duration::from_secs(60);

    pub(super) fn new(notify: Notify) -> Self {
        Notices { notify, last: None, said_failed: 0, said_dropped: 0 }
    }

    /// Says what is new in `counts`, unless something was said within the last minute.
    pub(super) fn look(&mut self, label: &str, counts: &Counts, now: Instant) {
        let dropped = counts.dropped.total();
        let news = dropped > self.said_dropped || counts.failed_attempts > self.said_failed;
        let quiet = self.last.is_some_and(|last| now.duration_since(last) < Self::INTERVAL);
        if !news || quiet {
            return;
        }
        self.last = Some(now);
        (self.said_dropped, self.said_failed) = (dropped, counts.failed_attempts);
        let reason = counts.last_error.as_ref().map_or("none", |error| error.message.as_str());
        self.notify.say(&format!(
            "exporter {label}: {} spans waiting, {dropped} dropped ({}), last error: {reason}",
            counts.pending_spans, counts.dropped
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::DropReason;
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_minute_of_losses_is_one_line() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&said);
        let notify = Notify::new(move |line| lines.lock().unwrap().push(line.to_owned()));
        let mut notices = Notices::new(notify);
        let (mut counts, start) = (Counts::default(), Instant::now());
        notices.look("otlp", &counts, start);
        assert!(said.lock().unwrap().is_empty(), "nothing happened, yet something was said");
        for second in 0..90 {
            counts.dropped.add(DropReason::QueueFull, 1);
            notices.look("otlp", &counts, start + Duration::from_secs(second));
        }
        let said = said.lock().unwrap();
        assert_eq!(said.len(), 2);
        assert!(said[0].contains("otlp") && said[0].contains("queue_full 1"), "{}", said[0]);
        assert!(said[1].contains("queue_full 61"), "{}", said[1]);
    }
}
