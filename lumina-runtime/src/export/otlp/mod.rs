//! OTLP: spans to any OpenTelemetry receiver, over HTTP or gRPC.
//!
//! Owns the wire. `encode` writes requests, `http` and `grpc` make one attempt each, `config` and
//! `environment` say where to; this file cuts a batch into requests and adds up the answers.
//! Trying again is the worker's business.

mod answer;
mod certificates;
mod config;
mod encode;
mod endpoint;
mod environment;
#[cfg(feature = "otlp-grpc")]
mod grpc;
mod headers;
mod http;
mod records;
mod resolve;
mod settings;
#[cfg(test)]
mod tests;
mod wire;

pub use config::{OtlpBuilder, OtlpCompression, OtlpConfigError, OtlpProtocol};

use super::{Delivery, ExportError, Exporter, SpoolEncoder};
use crate::model::{Batch, SpanId, SpanRef, TraceId};
use encode::Encoder;
use settings::Settings;
use std::fmt;
use std::time::{Duration, Instant};

const USER_AGENT: &str = concat!("lumina-otlp/", env!("CARGO_PKG_VERSION"));

/// However often a receiver finds requests too large, they are not made smaller than this for good.
const MIN_LEARNED_BYTES: usize = 64 * 1024;

/// Ships spans to an OTLP receiver.
///
/// Made by [`builder`](Self::builder) or from the environment; connects with the first batch. A
/// batch that is too large for one request is sent as several, and where one of them fails, the
/// next attempt at the batch goes on from there.
pub struct Otlp {
    settings: Settings,
    transport: Transport,
    encoder: Encoder,
    /// What a request may hold: as configured, or less once a receiver has found that too large.
    max_request_bytes: usize,
    unfinished: Option<Progress>,
}

enum Transport {
    Http(Box<http::Http>),
    #[cfg(feature = "otlp-grpc")]
    Grpc(Box<grpc::Grpc>),
}

impl Transport {
    fn send(
        &mut self,
        request: &[u8],
        spans: u64,
        timeout: Duration,
    ) -> Result<Delivery, ExportError> {
        match self {
            Transport::Http(http) => http.send(request, spans, timeout),
            #[cfg(feature = "otlp-grpc")]
            Transport::Grpc(grpc) => grpc.send(request, spans, timeout),
        }
    }
}

impl Otlp {
    /// Starts a configuration.
    pub fn builder() -> OtlpBuilder {
        OtlpBuilder::default()
    }

    /// Configures an exporter from the environment, which `lookup` answers for.
    ///
    /// `None` if no variable names a receiver; which ones do and what else is read is told by
    /// [`OtlpBuilder::with_env`].
    ///
    /// # Errors
    ///
    /// If a variable has a value that is not accepted; without a receiver, none is judged.
    ///
    /// ```
    /// use lumina_runtime::export::Otlp;
    /// let none = Otlp::from_env(&|_: &str| None).unwrap();
    /// assert!(none.is_none());
    /// let env = |name: &str| (name == "LUMINA_ENDPOINT").then(|| "http://localhost:4318".to_owned());
    /// let otlp = Otlp::from_env(&env).unwrap().unwrap();
    /// assert_eq!(otlp.endpoint(), "http://localhost:4318/v1/traces");
    /// ```
    pub fn from_env(
        lookup: &(impl Fn(&str) -> Option<String> + ?Sized),
    ) -> Result<Option<Otlp>, OtlpConfigError> {
        if !environment::names_a_receiver(lookup) {
            return Ok(None);
        }
        Otlp::builder().with_env(lookup)?.build().map(Some)
    }

    fn new(settings: Settings) -> Result<Otlp, OtlpConfigError> {
        let transport = match settings.protocol {
            OtlpProtocol::HttpProtobuf => Transport::Http(Box::new(http::Http::new(&settings))),
            #[cfg(feature = "otlp-grpc")]
            OtlpProtocol::Grpc => Transport::Grpc(Box::new(grpc::Grpc::new(&settings)?)),
            #[cfg(not(feature = "otlp-grpc"))]
            OtlpProtocol::Grpc => {
                return Err(OtlpConfigError::GrpcNotCompiled { setting: "protocol()" });
            }
        };
        Ok(Otlp {
            transport,
            encoder: Encoder::default(),
            max_request_bytes: settings.max_request_bytes,
            settings,
            unfinished: None,
        })
    }

    /// The receiver's URL, without the query, which may hold a key.
    pub fn endpoint(&self) -> String {
        self.settings.shown_uri()
    }

    /// How long a request may take.
    fn time_left(&self, deadline: Instant) -> Result<Duration, ExportError> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let reason = format!("no time left to deliver to {}", self.endpoint());
            return Err(ExportError::Retryable { reason, retry_after: None });
        }
        Ok(left.min(self.settings.timeout))
    }

    /// Sends the next request of a batch.
    fn step(
        &mut self,
        batch: &Batch,
        spans: &[SpanRef<'_>],
        progress: &mut Progress,
        deadline: Instant,
    ) -> Result<(), ExportError> {
        let timeout = self.time_left(deadline)?;
        let limit_bytes = progress.limit_bytes.min(self.max_request_bytes);
        let rest = &spans[progress.settled..];
        let taken = self.encoder.encode(batch.resource(), rest, limit_bytes);
        let request = self.encoder.bytes();
        match self.transport.send(request, taken as u64, timeout) {
            Ok(delivery) => progress.delivered(taken, delivery),
            Err(ExportError::TooLarge { reason }) => {
                if taken > 1 {
                    progress.limit_bytes = request.len() / 2;
                    self.max_request_bytes = progress.limit_bytes.max(MIN_LEARNED_BYTES);
                }
                if progress.settled == 0 {
                    return Err(ExportError::TooLarge { reason });
                }
                if taken == 1 {
                    progress.refused(1, reason);
                }
            }
            Err(ExportError::Permanent { reason }) if taken < spans.len() => {
                progress.refused(taken, reason);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

impl Exporter for Otlp {
    fn name(&self) -> &'static str {
        "otlp"
    }

    /// Makes one attempt. Of a batch of several requests, one that is refused for good costs its own
    /// spans only, told as [`Delivery::rejected_spans`].
    fn export(&mut self, batch: &Batch, deadline: Instant) -> Result<Delivery, ExportError> {
        let spans = encode::by_scope(batch);
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
            return Ok(Delivery::default());
        };
        let key = [first, last].map(|span| (span.trace_id(), span.span_id()));
        let unfinished = self.unfinished.take();
        let mut progress = unfinished
            .filter(|progress| progress.key == key && progress.spans == spans.len())
            .unwrap_or_else(|| Progress::new(key, spans.len()));
        while progress.settled < spans.len() {
            if let Err(error) = self.step(batch, &spans, &mut progress, deadline) {
                self.unfinished = (progress.settled > 0).then_some(progress);
                return Err(error);
            }
        }
        Ok(progress.delivery)
    }

    fn spool_encoder(&self) -> Option<Box<dyn SpoolEncoder>> {
        Some(Box::new(records::Records::new(self.settings.max_request_bytes)))
    }

    fn export_record(
        &mut self,
        record: &[u8],
        spans: u32,
        deadline: Instant,
    ) -> Result<Delivery, ExportError> {
        let timeout = self.time_left(deadline)?;
        self.transport.send(record, u64::from(spans), timeout)
    }
}

/// How far a batch of several requests has come.
struct Progress {
    /// Of the batch, by its first and last span: ids are random, so no other batch has them.
    key: [(TraceId, SpanId); 2],
    spans: usize,
    limit_bytes: usize,
    /// Spans that a receiver has taken or refused for good.
    settled: usize,
    delivery: Delivery,
}

impl Progress {
    fn new(key: [(TraceId, SpanId); 2], spans: usize) -> Self {
        Progress { key, spans, limit_bytes: usize::MAX, settled: 0, delivery: Delivery::default() }
    }

    fn delivered(&mut self, spans: usize, delivery: Delivery) {
        self.settled += spans;
        self.delivery.rejected_spans += delivery.rejected_spans;
        // One message is enough for a batch.
        self.delivery.message = self.delivery.message.take().or(delivery.message);
    }

    fn refused(&mut self, spans: usize, reason: String) {
        let delivery = Delivery { rejected_spans: spans as u64, message: Some(reason) };
        self.delivered(spans, delivery);
    }
}

impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Otlp").field(&self.settings).finish()
    }
}
