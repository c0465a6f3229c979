//! OTLP with a spool: what waits on disk while its receiver is away, and what arrives in the end.
//!
//! The control is an exporter of the same pipeline whose receiver is always there: what went over
//! the disk must be what went directly, request for request.

use crate::LONG;
use lumina::export::{DropReason, Otlp, OtlpProtocol, SpoolConfig, SpoolMode, SpoolSync};
use lumina::{ExporterReport, ScopedPipeline};
use lumina_tests::emit;
use lumina_tests::otlp::{
    Answer, ClosedPort, GrpcAnswer, GrpcReceiver, HttpReceiver, Inbox, Received,
};
use lumina_tests::scratch::Scratch;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use std::ops::Deref;
use std::time::{Duration, Instant};
use tonic::Code;

const PROTOCOLS: [OtlpProtocol; 2] = [OtlpProtocol::HttpProtobuf, OtlpProtocol::Grpc];
/// Spans in a batch of these tests, each of which becomes a record.
const SPANS: u64 = 10;

/// What a receiver of either protocol says to a request.
#[derive(Clone, Copy)]
enum Say {
    Thanks,
    Never,
    Later,
    TooLarge,
}

impl Say {
    fn http(self) -> Answer {
        match self {
            Say::Thanks => Answer::ok(),
            Say::Never => Answer::status(400),
            Say::Later => Answer::status(503).header("retry-after", "0"),
            Say::TooLarge => Answer::status(413),
        }
    }

    fn grpc(self) -> GrpcAnswer {
        let too_large = "grpc: received message larger than max (5000000 vs. 4194304)";
        match self {
            Say::Thanks => GrpcAnswer::ok(),
            Say::Never => GrpcAnswer::status(Code::InvalidArgument, "not this one"),
            Say::Later => GrpcAnswer::retry_in(Code::Unavailable, Duration::ZERO),
            Say::TooLarge => GrpcAnswer::status(Code::ResourceExhausted, too_large),
        }
    }
}

/// A receiver of either protocol.
enum Receiver {
    Http(HttpReceiver),
    Grpc(GrpcReceiver),
}

impl Receiver {
    /// Comes up at `port`, follows `script`, then takes everything.
    fn at(port: ClosedPort, protocol: OtlpProtocol, script: &[Say]) -> Self {
        let script = script.iter();
        if protocol == OtlpProtocol::Grpc {
            return Receiver::Grpc(GrpcReceiver::at(port, script.map(|say| say.grpc())));
        }
        Receiver::Http(HttpReceiver::at(port, script.map(|say| say.http())))
    }
}

impl Deref for Receiver {
    type Target = Inbox;

    fn deref(&self) -> &Inbox {
        match self {
            Receiver::Http(receiver) => receiver,
            Receiver::Grpc(receiver) => receiver,
        }
    }
}

fn otlp(protocol: OtlpProtocol, url: String) -> Otlp {
    Otlp::builder().protocol(protocol).endpoint(url).build().unwrap()
}

/// The exporter with the spool is the first one, the control the second.
fn pipeline(spool: SpoolConfig, exporters: impl IntoIterator<Item = Otlp>) -> ScopedPipeline {
    let mut builder = lumina::builder().variables([("LUMINA_ENABLED", "1")]).on_warning(|_| {});
    for exporter in exporters {
        builder = builder.exporter(exporter);
    }
    builder.spool(spool).batch(1_000, LONG).build_scoped().unwrap()
}

/// Leaves `batches` records for whoever is at `port` later; returns what the control got.
fn left_behind(
    scratch: &Scratch,
    port: &ClosedPort,
    protocol: OtlpProtocol,
    batches: u64,
) -> Vec<ExportTraceServiceRequest> {
    let control = HttpReceiver::start();
    let exporters = [otlp(protocol, port.url()), otlp(OtlpProtocol::HttpProtobuf, control.url())];
    let pipeline = pipeline(SpoolConfig::new(scratch.path()), exporters);
    for batch in 0..batches {
        pipeline.in_scope(|| emit::numbered(batch * SPANS..(batch + 1) * SPANS));
        assert!(pipeline.flush(LONG).complete);
    }
    let report = pipeline.shutdown(LONG);
    assert!(report.complete, "{report}");
    assert_eq!(report.at_risk(), 0, "{report}");
    let ExporterReport { exported, spooled, dropped, pending, .. } = &report.exporters[0];
    assert_eq!((*exported, *spooled, dropped.total(), *pending), (0, batches * SPANS, 0, 0));
    requests(&control.requests())
}

fn requests(received: &[Received]) -> Vec<ExportTraceServiceRequest> {
    received.iter().map(|received| received.request.clone().unwrap()).collect()
}

/// Waits until nothing is on disk any more, and returns the numbers of the end.
fn drained(pipeline: &ScopedPipeline) -> ExporterReport {
    let deadline = Instant::now() + LONG;
    loop {
        let health = pipeline.health();
        let exporter = &health.exporters[0];
        if exporter.recovered > 0 && exporter.spooled == 0 {
            break;
        }
        assert!(Instant::now() < deadline, "{health}");
        std::thread::yield_now();
    }
    let report = pipeline.shutdown(LONG);
    assert!(report.complete, "{report}");
    report.exporters.into_iter().next().unwrap()
}

#[test]
fn what_waited_on_disk_arrives_in_order_and_unchanged_when_the_receiver_is_back() {
    for protocol in PROTOCOLS {
        let (scratch, port, control) = (Scratch::new(), ClosedPort::new(), HttpReceiver::start());
        let exporters =
            [otlp(protocol, port.url()), otlp(OtlpProtocol::HttpProtobuf, control.url())];
        let pipeline = pipeline(SpoolConfig::new(scratch.path()), exporters);
        for batch in 0..5 {
            pipeline.in_scope(|| emit::numbered(batch * SPANS..(batch + 1) * SPANS));
            let (report, spans) = (pipeline.flush(LONG), (batch + 1) * SPANS);
            assert!(report.complete && !report.is_lossless(), "{report}");
            assert_eq!((report.undelivered(), report.at_risk()), (spans, 0), "{report}");
            let spooled = format!("otlp delivered 0, dropped 0, spooled {spans}, pending 0;");
            assert!(report.to_string().contains(&spooled), "{report}");
        }
        let health = pipeline.health();
        assert!(!health.is_healthy());
        let exporter = &health.exporters[0];
        assert_eq!((exporter.spooled, exporter.exported, exporter.queued_spans), (50, 0, 0));
        assert!(exporter.spooled_bytes > 0 && exporter.failures_in_a_row > 0, "{health}");
        assert!(exporter.last_error.as_ref().unwrap().message.contains("refused"), "{health}");

        let receiver = Receiver::at(port, protocol, &[]);
        let drained = receiver.wait_for_spans(50);
        assert_eq!(requests(&drained), requests(&control.requests()), "{protocol:?}");
        let report = pipeline.shutdown(LONG);
        assert!(report.complete && report.is_lossless(), "{report}");
        assert_eq!((report.exporters[0].exported, report.exporters[0].spooled), (50, 0));
        assert_eq!(receiver.requests().len(), 5, "something was sent twice");
        assert_eq!(scratch.names(), Vec::<String>::new());
    }
}

#[test]
fn r08_the_next_process_delivers_what_the_last_one_left() {
    for protocol in PROTOCOLS {
        let (scratch, port) = (Scratch::new(), ClosedPort::new());
        let expected = left_behind(&scratch, &port, protocol, 4);
        let url = port.url();
        let receiver = Receiver::at(port, protocol, &[]);
        let pipeline = pipeline(SpoolConfig::new(scratch.path()), [otlp(protocol, url)]);
        let report = drained(&pipeline);
        assert_eq!((report.recovered, report.exported, report.dropped.total()), (40, 40, 0));
        assert_eq!(requests(&receiver.requests()), expected, "{protocol:?}");
        assert_eq!(scratch.names(), Vec::<String>::new());
    }
}

#[test]
fn with_everything_written_first_a_healthy_receiver_gets_everything_once() {
    for protocol in PROTOCOLS {
        let (scratch, port) = (Scratch::new(), ClosedPort::new());
        let url = port.url();
        let receiver = Receiver::at(port, protocol, &[]);
        let spool = SpoolConfig::new(scratch.path()).mode(SpoolMode::WriteAhead);
        let pipeline = pipeline(spool.sync(SpoolSync::EachBatch), [otlp(protocol, url)]);
        for batch in 0..5 {
            pipeline.in_scope(|| emit::numbered(batch * SPANS..(batch + 1) * SPANS));
            let report = pipeline.flush(LONG);
            assert!(report.complete && report.is_lossless(), "{report}");
        }
        let mut arrived = ids(&receiver.requests());
        // A batch is a set; between batches there is an order.
        arrived.chunks_mut(SPANS as usize).for_each(<[u64]>::sort_unstable);
        assert_eq!(arrived, (0..50).collect::<Vec<_>>());
        pipeline.shutdown(LONG);
        assert_eq!(scratch.names(), Vec::<String>::new());
    }
}

#[test]
fn r11_a_record_that_is_refused_for_good_is_moved_aside_and_the_others_pass() {
    for protocol in PROTOCOLS {
        let (scratch, port) = (Scratch::new(), ClosedPort::new());
        let expected = left_behind(&scratch, &port, protocol, 4);
        let url = port.url();
        let receiver = Receiver::at(port, protocol, &[Say::Thanks, Say::Never]);
        let pipeline = pipeline(SpoolConfig::new(scratch.path()), [otlp(protocol, url)]);
        let report = drained(&pipeline);
        assert_eq!((report.recovered, report.exported), (40, 30), "{report}");
        assert_eq!(report.dropped.get(DropReason::Rejected), 10, "{report}");
        assert_eq!(report.dropped.total(), 10, "{report}");
        // Each was sent once, in order, the refused one included.
        assert_eq!(requests(&receiver.requests()), expected, "{protocol:?}");
        assert_eq!(scratch.names(), ["quarantine"]);
        let kept = only_file(&scratch.path().join("quarantine"));
        for id in 0..40 {
            let is_kept = contains(&kept, emit::text(id).as_bytes());
            assert_eq!(is_kept, (10..20).contains(&id), "{id}");
        }
    }
}

/// The receiver fails on the oldest record, in a way that may pass, and takes the others.
#[test]
fn r11_a_record_that_a_receiver_stumbles_over_is_moved_aside_and_the_others_pass() {
    use Say::{Later, Thanks};
    let (scratch, port) = (Scratch::new(), ClosedPort::new());
    let expected = left_behind(&scratch, &port, OtlpProtocol::HttpProtobuf, 5);
    let otlp = otlp(OtlpProtocol::HttpProtobuf, port.url());
    let others = [Thanks, Later, Thanks, Later, Thanks, Later];
    let script = [&[Later; 5][..], &others].concat();
    let receiver = Receiver::at(port, OtlpProtocol::HttpProtobuf, &script);
    let pipeline = pipeline(SpoolConfig::new(scratch.path()), [otlp]);
    let report = drained(&pipeline);
    assert_eq!(report.dropped.get(DropReason::Poisoned), 10, "{report}");
    assert_eq!((report.recovered, report.exported), (50, 40), "{report}");
    let order: Vec<usize> = requests(&receiver.requests())
        .iter()
        .map(|request| expected.iter().position(|known| known == request).unwrap())
        .collect();
    assert_eq!(order, [0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4]);
    assert!(contains(&only_file(&scratch.path().join("quarantine")), emit::text(0).as_bytes()));
}

#[test]
fn r24_a_record_that_a_receiver_finds_too_large_is_halved_down_to_the_span_that_is() {
    use Say::{Later, Thanks, TooLarge};
    for protocol in PROTOCOLS {
        let (scratch, port) = (Scratch::new(), ClosedPort::new());
        left_behind(&scratch, &port, protocol, 1);
        // What passed before the receiver failed is not sent again.
        let first = [TooLarge, TooLarge, Thanks, Later, Thanks];
        let script = [&first[..], &[TooLarge, Thanks, TooLarge, TooLarge, Thanks]].concat();
        let otlp = otlp(protocol, port.url());
        let receiver = Receiver::at(port, protocol, &script);
        let pipeline = pipeline(SpoolConfig::new(scratch.path()), [otlp]);
        let report = drained(&pipeline);
        assert_eq!((report.recovered, report.exported), (10, 9), "{report}");
        assert_eq!(report.dropped.get(DropReason::PartiallyRejected), 1, "{report}");
        assert_eq!(report.dropped.total(), 1, "{report}");
        let requests = receiver.requests();
        let sizes: Vec<usize> = requests.iter().map(|request| request.spans().len()).collect();
        assert_eq!(sizes, [10, 5, 3, 2, 2, 5, 3, 2, 1, 1], "{protocol:?}");
        let mut arrived: Vec<u64> = Vec::new();
        for (request, say) in requests.iter().zip(script) {
            // The span that is too large alone, too: it was sent, if in vain.
            if matches!(say, Thanks) || request.spans().len() == 1 {
                arrived.extend(ids(std::slice::from_ref(request)));
            }
        }
        arrived.sort_unstable();
        assert_eq!(arrived, (0..10).collect::<Vec<_>>(), "{protocol:?}");
    }
}

/// The numbers of the spans called `numbered`, as they came, each with the text that belongs to it.
fn ids(received: &[Received]) -> Vec<u64> {
    let spans = received.iter().flat_map(Received::spans);
    spans.map(|span| emit::number_of(&span).expect("a numbered span, unchanged")).collect()
}

fn only_file(dir: &std::path::Path) -> Vec<u8> {
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    std::fs::read(files.remove(0).unwrap().path()).unwrap()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
