//! The collector's thread: its cycles, and what others ask of it.

use super::pipelines::Pipelines;
use super::stream::Stream;
use super::{PipelineConfig, PipelineId, StartError};
use crate::record::{pool, suppress_this_thread};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest time between two full cycles.
const CYCLE: Duration = Duration::from_millis(100);

pub(super) enum Request {
    Open { id: PipelineId, config: PipelineConfig, lost_before: u64, done: Arc<Done> },
    Flush { id: PipelineId, done: Arc<Done> },
    Close { id: PipelineId, done: Arc<Done> },
}

/// Set when a request has been carried out.
#[derive(Default)]
pub(super) struct Done {
    done: Mutex<bool>,
    changed: Condvar,
}

impl Done {
    fn set(&self) {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    fn wait(&self, deadline: Instant) -> bool {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        while !*done {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else { return false };
            let waited = self.changed.wait_timeout(done, left);
            done = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

static REQUESTS: Mutex<Vec<Request>> = Mutex::new(Vec::new());

fn request(request: Request) {
    REQUESTS.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    pool::wake();
}

pub(super) fn request_and_wait(deadline: Instant, make: impl FnOnce(Arc<Done>) -> Request) -> bool {
    let done = Arc::new(Done::default());
    request(make(done.clone()));
    done.wait(deadline)
}

/// Starts the thread if it does not run yet; a failure leaves it to the next caller.
pub(super) fn start_once() -> Result<(), StartError> {
    static STARTED: Mutex<bool> = Mutex::new(false);
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*started {
        std::thread::Builder::new().name("lumina-collector".to_owned()).spawn(run)?;
        *started = true;
    }
    Ok(())
}

fn run() {
    suppress_this_thread();
    let mut collector = Collector { stream: Stream::new(), pipelines: Pipelines::default() };
    let mut next_full = Instant::now();
    loop {
        // A panic is a defect of ours; it costs what was being read, not the process its telemetry.
        let cycle = catch_unwind(AssertUnwindSafe(|| {
            let requests =
                std::mem::take(&mut *REQUESTS.lock().unwrap_or_else(PoisonError::into_inner));
            collector.answer(requests);
            let full = Instant::now() >= next_full;
            if full {
                next_full = Instant::now() + CYCLE;
            }
            collector.cycle(full);
        }));
        if cycle.is_err() {
            PANICKED.store(true, Ordering::Relaxed);
        }
        pool::wait(next_full.saturating_duration_since(Instant::now()));
    }
}

static PANICKED: AtomicBool = AtomicBool::new(false);

struct Collector {
    stream: Stream,
    pipelines: Pipelines,
}

impl Collector {
    fn cycle(&mut self, full: bool) -> bool {
        let complete = self.stream.read(full, &mut self.pipelines);
        self.pipelines.hand_over_due(Instant::now());
        complete
    }

    fn answer(&mut self, requests: Vec<Request>) {
        for request in requests {
            match request {
                Request::Open { id, config, lost_before, done } => {
                    self.pipelines.open(id, config, lost_before);
                    done.set();
                }
                Request::Flush { id, done } => {
                    self.read_all();
                    self.pipelines.hand_over(id);
                    done.set();
                }
                Request::Close { id, done } => {
                    self.read_all();
                    self.stream.give_up_open(id, &mut self.pipelines);
                    self.pipelines.close(id);
                    done.set();
                }
            }
        }
    }

    /// Two complete cycles: spans with END records are joined in the cycle after the one that read
    /// it. A thread that stands still in the middle of its work is not waited for any longer.
    fn read_all(&mut self) {
        let mut complete = 0;
        for _ in 0..5 {
            complete += u32::from(self.cycle(true));
            if complete == 2 {
                return;
            }
        }
    }
}
