//! `SIGTERM` and `SIGINT`: deliver the last spans, then die as asked.

use super::install::Installed;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::io;
use std::sync::Arc;
use std::thread;

/// Starts the thread `lumina-signals`, which waits for the first signal.
pub(super) fn handle(installed: Arc<Installed>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let thread = thread::Builder::new().name("lumina-signals".to_owned());
    thread.spawn(move || {
        crate::record::suppress_this_thread();
        let Some(signal) = signals.forever().next() else { return };
        // A person who presses ctrl-c again does not want to wait.
        let second = thread::Builder::new().name("lumina-signals".to_owned());
        let watch = move || {
            if let Some(signal) = signals.forever().next() {
                die(signal);
            }
        };
        // OK to ignore: without the thread, the second signal waits like the first.
        let _ = second.spawn(watch);
        installed.end();
        die(signal);
    })?;
    Ok(())
}

/// Ends the process as the signal would have done without a handler.
fn die(signal: i32) {
    // OK to ignore: it fails for unknown signals only.
    let _ = emulate_default_handler(signal);
}
