//! The receiver over gRPC: the published service on a runtime of its own.

use super::port::ClosedPort;
use super::tls::TestCertificate;
use super::{Inbox, Received};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;
use tonic::codec::CompressionEncoding;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Code, Request, Response, Status};

/// What a gRPC receiver does with one request.
#[derive(Clone, Debug)]
pub enum GrpcAnswer {
    /// Takes it, with these words about it.
    Response(ExportTraceServiceResponse),
    /// Refuses it.
    Status(Status),
    /// Says nothing until the other side gives up.
    Silence,
}

impl GrpcAnswer {
    /// Takes everything.
    pub fn ok() -> GrpcAnswer {
        GrpcAnswer::Response(ExportTraceServiceResponse::default())
    }

    /// Takes the request but for some spans.
    pub fn partial(rejected_spans: i64, error_message: impl Into<String>) -> GrpcAnswer {
        let partial =
            ExportTracePartialSuccess { rejected_spans, error_message: error_message.into() };
        GrpcAnswer::Response(ExportTraceServiceResponse { partial_success: Some(partial) })
    }

    /// Refuses with a code and a message.
    pub fn status(code: Code, message: &str) -> GrpcAnswer {
        GrpcAnswer::Status(Status::new(code, message))
    }

    /// Refuses with a code, and asks for a delay by a `RetryInfo`.
    pub fn retry_in(code: Code, delay: Duration) -> GrpcAnswer {
        let seconds = delay.as_secs() as i64;
        let retry_delay = Some(ProtoDuration { seconds, nanos: delay.subsec_nanos() as i32 });
        let any = ProtoAny {
            type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
            value: RetryInfo { retry_delay }.encode_to_vec(),
        };
        let status =
            ProtoStatus { code: code as i32, message: "busy".to_owned(), details: vec![any] };
        GrpcAnswer::Status(Status::with_details(code, "busy", status.encode_to_vec().into()))
    }
}

#[derive(Clone, PartialEq, Message)]
struct ProtoStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<ProtoAny>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoAny {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<ProtoDuration>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoDuration {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

/// A receiver on a port of its own, until it is dropped.
pub struct GrpcReceiver {
    address: SocketAddr,
    scheme: &'static str,
    inbox: Inbox,
    stop: Option<oneshot::Sender<()>>,
}

impl GrpcReceiver {
    /// A receiver that takes everything.
    pub fn start() -> GrpcReceiver {
        GrpcReceiver::scripted([])
    }

    /// A receiver that follows `script`, an answer a request, and then takes everything.
    pub fn scripted(script: impl IntoIterator<Item = GrpcAnswer>) -> GrpcReceiver {
        GrpcReceiver::at(ClosedPort::new(), script)
    }

    /// A receiver that takes messages up to `bytes`, decompressed.
    pub fn with_max_message(bytes: usize) -> GrpcReceiver {
        GrpcReceiver::launch(ClosedPort::new(), VecDeque::new(), bytes, None)
    }

    /// A receiver over TLS, under the name `localhost`.
    pub fn with_tls(certificate: &TestCertificate) -> GrpcReceiver {
        let identity = Some(certificate.identity());
        GrpcReceiver::launch(ClosedPort::new(), VecDeque::new(), usize::MAX, identity)
    }

    /// A receiver that comes up at `port`, follows `script`, and then takes everything.
    pub fn at(port: ClosedPort, script: impl IntoIterator<Item = GrpcAnswer>) -> GrpcReceiver {
        GrpcReceiver::launch(port, script.into_iter().collect(), usize::MAX, None)
    }

    fn launch(
        port: ClosedPort,
        script: VecDeque<GrpcAnswer>,
        max_message_bytes: usize,
        identity: Option<(String, String)>,
    ) -> GrpcReceiver {
        let inbox = Inbox::default();
        let service = Service { inbox: inbox.clone(), script: Arc::new(Mutex::new(script)) };
        let service = TraceServiceServer::new(service)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(max_message_bytes);
        let scheme = if identity.is_some() { "https" } else { "http" };
        let mut server = Server::builder();
        if let Some((certificate, key)) = identity {
            let identity = Identity::from_pem(certificate, key);
            server = server
                .tls_config(ServerTlsConfig::new().identity(identity))
                .expect("a usable certificate");
        }
        let router = server.add_service(service);
        let listener = port.open();
        listener.set_nonblocking(true).expect("a socket of our own");
        let address = listener.local_addr().expect("a bound socket");
        let (stop, stopped) = oneshot::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let served = runtime.expect("a runtime").block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime");
                let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
                tokio::select! {
                    served = router.serve_with_incoming(incoming) => served,
                    _ = stopped => Ok(()),
                }
            });
            served.expect("a receiver that runs until it is stopped");
        });
        GrpcReceiver { address, scheme, inbox, stop: Some(stop) }
    }

    /// The URL, under the name `localhost` where the certificate needs one.
    pub fn url(&self) -> String {
        let host = if self.scheme == "https" { "localhost" } else { "127.0.0.1" };
        format!("{}://{host}:{}", self.scheme, self.address.port())
    }
}

impl Deref for GrpcReceiver {
    type Target = Inbox;

    fn deref(&self) -> &Inbox {
        &self.inbox
    }
}

/// Ends every connection, the silent ones included.
impl Drop for GrpcReceiver {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

struct Service {
    inbox: Inbox,
    script: Arc<Mutex<VecDeque<GrpcAnswer>>>,
}

#[tonic::async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let headers = request.metadata().clone().into_headers();
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        self.inbox.put(Received {
            method: "gRPC".to_owned(),
            path: String::new(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
                .collect(),
            body_bytes: 0,
            request: Ok(request.into_inner()),
        });
        let next = self.script.lock().unwrap().pop_front();
        match next.unwrap_or_else(GrpcAnswer::ok) {
            GrpcAnswer::Response(response) => Ok(Response::new(response)),
            GrpcAnswer::Status(status) => Err(status),
            GrpcAnswer::Silence => std::future::pending().await,
        }
    }
}
