//! OTLP over gRPC: one unary `Export` an attempt.
//!
//! The request is encoded already, so the codec passes bytes through. The channel lives on a tokio
//! runtime of one thread, which is the exporter's own: it runs while an attempt runs and needs no
//! runtime of the application.
//!
//! Retryable are the codes that the specification lists, failures below gRPC (no connection, a
//! broken one, a certificate that is not accepted) and time-outs. `RESOURCE_EXHAUSTED` is final
//! without a `RetryInfo`, except where its message says that the request was too large.
//!
//! Source: OTLP specification 1.5, "OTLP/gRPC Response", "Throttling".

use super::answer::{self, MAX_ANSWER_BYTES, Secrets, Status as Details};
use super::config::{OtlpCompression, OtlpConfigError};
use super::settings::Settings;
use crate::export::{Delivery, ExportError};
use bytes::{Buf, BufMut, Bytes};
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle, Runtime};
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Status};
use ureq::http::uri::PathAndQuery;

const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// An odd number, so that tonic's complaint about a longer answer is told from a receiver's
/// complaint about our request.
const MAX_MESSAGE_BYTES: usize = MAX_ANSWER_BYTES + 7;

/// A connection that rested longer may have been closed by the other side without our noticing,
/// since nothing runs between attempts: a new one costs less than a failed attempt.
const MAX_IDLE: Duration = Duration::from_secs(15);

/// The way to one receiver.
pub(super) struct Grpc {
    endpoint: Endpoint,
    shown: String,
    metadata: MetadataMap,
    secrets: Secrets,
    gzip: bool,
    /// The connection, and when it was used last.
    channel: Option<(Channel, Instant)>,
    /// Made by the first attempt, so that a failed set-up leaves none behind.
    runtime: Option<Runtime>,
}

impl Grpc {
    pub(super) fn new(settings: &Settings) -> Result<Self, OtlpConfigError> {
        let invalid = |problem: String| OtlpConfigError::Invalid {
            setting: "endpoint",
            value: format!("{} ({problem})", settings.shown_uri()),
            accepted: "a URL that gRPC can use",
        };
        let mut endpoint = Endpoint::from(settings.uri.clone())
            .user_agent(super::USER_AGENT)
            .map_err(|error| invalid(error.to_string()))?;
        if settings.uri.scheme_str() == Some("https") {
            let tls = ClientTlsConfig::new();
            endpoint = match &settings.certificates {
                None => endpoint
                    .tls_config(tls.with_webpki_roots())
                    .map_err(|error| invalid(innermost(&error).to_string()))?,
                Some(own) => endpoint
                    .tls_config(tls.ca_certificate(Certificate::from_pem(own.pem())))
                    .map_err(|error| own.unusable(innermost(&error).to_string()))?,
            };
        }
        Ok(Grpc {
            endpoint,
            shown: settings.shown_uri(),
            metadata: MetadataMap::from_headers(settings.headers.clone()),
            secrets: settings.secrets(),
            gzip: settings.compression == OtlpCompression::Gzip,
            channel: None,
            runtime: None,
        })
    }

    /// Sends `request`, which holds `spans` spans.
    pub(super) fn send(
        &mut self,
        request: &[u8],
        spans: u64,
        timeout: Duration,
    ) -> Result<Delivery, ExportError> {
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => new_runtime().map_err(|error| self.unreachable(&error.to_string()))?,
        };
        let result = {
            let channel = self.channel(&runtime);
            let call = self.call(channel, Bytes::copy_from_slice(request), timeout);
            block_on(&runtime, async {
                // Inside, since a timer needs a runtime.
                tokio::time::timeout(timeout, call).await
            })
        };
        self.runtime = Some(runtime);
        match result {
            Ok(Ok(answer)) => Ok(answer::delivery(&answer, spans, &self.secrets)),
            Ok(Err(status)) if !is_time_out(&status) => self.judge(&status),
            // Either timer, tonic's or ours. A connection that has gone silent is not used again.
            _ => {
                self.channel = None;
                Err(self.unreachable(&format!("no answer within {timeout:?}")))
            }
        }
    }

    /// The open channel, or one that connects with its first call.
    fn channel(&mut self, runtime: &Runtime) -> Channel {
        let open = self.channel.take().filter(|(_, used)| used.elapsed() < MAX_IDLE);
        let channel = match open {
            Some((channel, _)) => channel,
            None => {
                let _context = runtime.enter();
                self.endpoint.connect_lazy()
            }
        };
        self.channel = Some((channel.clone(), Instant::now()));
        channel
    }

    fn call(
        &self,
        channel: Channel,
        request: Bytes,
        timeout: Duration,
    ) -> impl Future<Output = Result<Bytes, Status>> + Send + use<> {
        let mut client =
            tonic::client::Grpc::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        if self.gzip {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        let mut request = Request::new(request);
        *request.metadata_mut() = self.metadata.clone();
        request.set_timeout(timeout);
        async move {
            client.ready().await.map_err(|error| Status::from_error(error.into()))?;
            let path = PathAndQuery::from_static(EXPORT);
            client.unary(request, path, Passthrough).await.map(tonic::Response::into_inner)
        }
    }

    fn judge(&mut self, status: &Status) -> Result<Delivery, ExportError> {
        if let Some(source) = status.source() {
            // Not the receiver's word, but what went wrong on the way to it.
            self.channel = None;
            return Err(self.unreachable(&innermost(source).to_string()));
        }
        if is_long_answer(status) {
            let message = Some("success answered with a body that is too long".to_owned());
            return Ok(Delivery { rejected_spans: 0, message });
        }
        let words = self.secrets.words(status.message().as_bytes());
        let separator = if words.is_empty() { "" } else { ": " };
        let reason = format!("{} answered {:?}{separator}{words}", self.shown, status.code());
        let retry_after = Details::read(status.details()).and_then(|details| details.retry_after);
        Err(match status.code() {
            Code::ResourceExhausted | Code::OutOfRange if is_too_large(status.message()) => {
                ExportError::TooLarge { reason }
            }
            Code::ResourceExhausted if retry_after.is_none() => ExportError::Permanent { reason },
            Code::Cancelled
            | Code::DeadlineExceeded
            | Code::ResourceExhausted
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unavailable
            | Code::DataLoss => ExportError::Retryable { reason, retry_after },
            _ => ExportError::Permanent { reason },
        })
    }

    fn unreachable(&self, what: &str) -> ExportError {
        let what = self.secrets.words(what.as_bytes());
        let reason = format!("cannot deliver to {}: {what}", self.shown);
        ExportError::Retryable { reason, retry_after: None }
    }
}

impl Drop for Grpc {
    fn drop(&mut self) {
        self.channel = None;
        if let Some(runtime) = self.runtime.take() {
            // An ordinary drop waits for threads, and panics inside another runtime.
            runtime.shutdown_background();
        }
    }
}

fn new_runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .thread_name("lumina-otlp-dns")
        .on_thread_start(crate::record::suppress_this_thread)
        .build()
}

/// Runs `work`; on a thread of its own where this one is inside a runtime already, which does not
/// happen on an exporter's thread but may in a test.
fn block_on<F>(runtime: &Runtime, work: F) -> F::Output
where
    F: Future<Output: Send> + Send,
{
    if Handle::try_current().is_err() {
        return runtime.block_on(work);
    }
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            crate::record::suppress_this_thread();
            tracing::dispatcher::with_default(&tracing::Dispatch::none(), || runtime.block_on(work))
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The last error of a chain, which says what happened; the others say where.
fn innermost<'e>(mut error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// Whether tonic's timer ended the call.
fn is_time_out(status: &Status) -> bool {
    status.source().is_some_and(|source| innermost(source).is::<tonic::TimeoutExpired>())
}

/// Whether a receiver says that the request was too large.
///
/// The codes do not tell: this is how grpc-go, grpc-core, grpc-java and tonic word it.
fn is_too_large(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let worded = ["larger than max", "too large", "exceeds maximum", "exceeds the maximum"];
    worded.iter().any(|words| message.contains(words))
}

/// Whether tonic says that the answer was too long. It comes after success: a refusal has no body.
fn is_long_answer(status: &Status) -> bool {
    status.code() == Code::OutOfRange
        && status.message().contains(&format!("limit is: {MAX_MESSAGE_BYTES} bytes"))
}

/// Messages as they are.
struct Passthrough;

impl Codec for Passthrough {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Passthrough;
    type Decoder = Passthrough;

    fn encoder(&mut self) -> Passthrough {
        Passthrough
    }

    fn decoder(&mut self) -> Passthrough {
        Passthrough
    }
}

impl Encoder for Passthrough {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put(message);
        Ok(())
    }
}

impl Decoder for Passthrough {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(message.copy_to_bytes(message.remaining())))
    }
}
