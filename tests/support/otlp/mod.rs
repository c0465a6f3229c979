//! An OTLP receiver in the test process: takes requests over HTTP ([`HttpReceiver`]) or gRPC
//! ([`GrpcReceiver`]), keeps what arrived, and answers as scripted, well or badly.
//!
//! The same inbox serves both: [`Inbox::wait_for`] waits for a condition, never for a time.

mod answer;
mod grpc;
mod http;
mod port;
mod tls;

pub use answer::{Answer, Gate};
pub use grpc::{GrpcAnswer, GrpcReceiver};
pub use http::HttpReceiver;
pub use port::ClosedPort;
pub use tls::TestCertificate;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// A wait that is not over by then fails its test.
const PATIENCE: Duration = Duration::from_secs(30);

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// `POST`, or `gRPC`.
    pub method: String,
    /// The path with the query; empty for gRPC.
    pub path: String,
    /// Names in lower case; metadata, for gRPC.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body as it travelled; 0 for gRPC, which does not tell.
    pub body_bytes: usize,
    /// What it said, nothing if its body was left unread; `Err` tells why it makes no sense.
    pub request: Result<ExportTraceServiceRequest, String>,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The spans, in the order of the request.
    ///
    /// # Panics
    ///
    /// If the request made no sense.
    pub fn spans(&self) -> Vec<Span> {
        let request = self.request.clone().expect("a request that makes sense");
        let scopes = request.resource_spans.into_iter().flat_map(|spans| spans.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }
}

/// What a receiver has got so far. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    requests: Mutex<Vec<Received>>,
    arrived: Condvar,
}

impl Inbox {
    fn put(&self, request: Received) {
        self.0.requests.lock().unwrap().push(request);
        self.0.arrived.notify_all();
    }

    /// The requests so far, refused ones included.
    pub fn requests(&self) -> Vec<Received> {
        self.0.requests.lock().unwrap().clone()
    }

    /// The names of all spans so far, repeated ones repeated.
    pub fn span_names(&self) -> Vec<String> {
        self.requests().iter().flat_map(Received::spans).map(|span| span.name).collect()
    }

    /// Waits until the requests so far satisfy `done`, and returns them.
    ///
    /// # Panics
    ///
    /// If they do not within half a minute.
    #[track_caller]
    pub fn wait_for(&self, done: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let deadline = Instant::now() + PATIENCE;
        let mut requests = self.0.requests.lock().unwrap();
        while !done(&requests) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "not within {PATIENCE:?}; {} requests so far", requests.len());
            requests = self.0.arrived.wait_timeout(requests, left).unwrap().0;
        }
        requests.clone()
    }

    /// Waits until this many spans have arrived, and returns the requests.
    #[track_caller]
    pub fn wait_for_spans(&self, count: usize) -> Vec<Received> {
        self.wait_for(|requests| {
            requests.iter().map(|request| request.spans().len()).sum::<usize>() >= count
        })
    }
}
