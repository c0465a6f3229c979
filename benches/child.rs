//! Variants as child processes, measured in turns.
//!
//! The wire is one line each way: `<workload index> <traces>` is answered by `<net ns>
//! <allocations>`, both a span, and `end` by the number of spans lost in all.

use crate::alloc;
use crate::ratio::Spread;
use crate::work::{CHILDREN, Workload, run_plain};
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

/// The argument that makes a process a child; the variant's name follows.
pub const CHILD: &str = "--variant";

/// One way of tracing, set up in this process.
pub trait Variant {
    /// Traces `traces` roots with [`CHILDREN`] calls each.
    fn run(&mut self, workload: Workload, traces: usize);

    /// Waits until all that was recorded is exported: no background work disturbs the next.
    fn settle(&mut self);

    /// Spans that were begun, of `begun`, and not exported.
    fn lost(&mut self, begun: u64) -> u64;
}

/// Answers the parent until it says `end`. The child's whole life.
///
/// # Errors
///
/// When the parent is gone, or speaks something else.
pub fn serve(variant: &mut dyn Variant) -> io::Result<()> {
    let mut begun = 0;
    let mut output = io::stdout();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line == "end" {
            variant.settle();
            writeln!(output, "{}", variant.lost(begun))?;
            return output.flush();
        }
        let (workload, traces) = parse(&line).ok_or(io::ErrorKind::InvalidData)?;
        let pieces = traces.div_ceil(PIECE);
        let plain = Piece::median_of(pieces, || run_plain(workload, PIECE));
        let traced = Piece::median_of(pieces, || variant.run(workload, PIECE));
        begun += (pieces * PIECE * (CHILDREN + 1)) as u64;
        variant.settle();
        let spans = (PIECE * (CHILDREN + 1)) as f64;
        writeln!(output, "{} {}", (traced.ns - plain.ns) / spans, traced.allocations / spans)?;
        output.flush()?;
    }
    Ok(())
}

/// Traces timed in one go. Long beside the clock, and each with several hand-overs of buffers;
/// short beside a scheduler's slice, so that on a busy machine most of them run undisturbed.
const PIECE: usize = 10;

struct Piece {
    ns: f64,
    allocations: f64,
}

impl Piece {
    /// Runs `work` so many times: the median of its times, the mean of its allocations.
    fn median_of(times: usize, mut work: impl FnMut()) -> Piece {
        let mut allocations = 0;
        let mut time = || {
            let (allocated, start) = (alloc::count(), Instant::now());
            work();
            let elapsed = start.elapsed().as_nanos() as f64;
            allocations += alloc::count() - allocated;
            elapsed
        };
        let ns = Spread::of((0..times).map(|_| time())).map_or(f64::NAN, |spread| spread.median);
        Piece { ns, allocations: allocations as f64 / times as f64 }
    }
}

fn parse(line: &str) -> Option<(Workload, usize)> {
    let (workload, traces) = line.split_once(' ')?;
    let workload = Workload::ALL.get(workload.parse::<usize>().ok()?)?;
    Some((*workload, traces.parse().ok()?))
}

/// What one round of one variant and workload came to, a span.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Nanoseconds, less those of the untraced work.
    pub net_ns: f64,
    /// Allocations of the calling thread.
    pub allocations: f64,
}

/// A running child.
#[derive(Debug)]
pub struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts this program again as the named variant.
    ///
    /// # Errors
    ///
    /// When the process cannot be started.
    pub fn start(variant: &str) -> io::Result<Process> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([CHILD, variant])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Process { child, input, output: BufReader::new(output) })
    }

    /// Asks for one round.
    ///
    /// # Errors
    ///
    /// When the child is gone, or answers something else.
    pub fn round(&mut self, workload: Workload, traces: usize) -> io::Result<Round> {
        writeln!(self.input, "{} {traces}", workload as usize)?;
        let answer = self.answer()?;
        let mut numbers = answer.split_whitespace().map(|word| word.parse::<f64>());
        match (numbers.next(), numbers.next()) {
            (Some(Ok(net_ns)), Some(Ok(allocations))) => Ok(Round { net_ns, allocations }),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Ends the child; the number of spans that it lost.
    ///
    /// # Errors
    ///
    /// As for [`round`](Self::round).
    pub fn end(mut self) -> io::Result<u64> {
        writeln!(self.input, "end")?;
        let lost = self.answer()?.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
        self.child.wait()?;
        Ok(lost)
    }

    fn answer(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    }
}
