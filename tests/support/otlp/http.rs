//! The receiver over HTTP/1.1, with or without TLS, on plain threads.

use super::answer::{Answer, Gate, What};
use super::port::ClosedPort;
use super::tls::TestCertificate;
use super::{Inbox, Received};
use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Deref;
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

/// A receiver on a port of its own, until it is dropped.
pub struct HttpReceiver {
    address: SocketAddr,
    scheme: &'static str,
    inbox: Inbox,
    shared: Arc<Shared>,
}

struct Shared {
    script: Mutex<VecDeque<Answer>>,
    /// A longer body is answered with 413 and a closed connection, unread.
    max_body_bytes: usize,
    /// Weak, so that the end of a conversation is the end of its connection.
    connections: Mutex<Vec<Weak<TcpStream>>>,
    stop: Gate,
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl HttpReceiver {
    /// A receiver that takes everything.
    pub fn start() -> HttpReceiver {
        HttpReceiver::scripted([])
    }

    /// A receiver that follows `script`, an answer a request, and then takes everything.
    pub fn scripted(script: impl IntoIterator<Item = Answer>) -> HttpReceiver {
        HttpReceiver::at(ClosedPort::new(), script)
    }

    /// A receiver that takes bodies up to `max_body_bytes`, and answers longer ones at once and
    /// unread, as many servers do.
    pub fn with_max_body(max_body_bytes: usize) -> HttpReceiver {
        HttpReceiver::launch(ClosedPort::new(), VecDeque::new(), max_body_bytes, None)
    }

    /// A receiver over TLS, under the name `localhost`.
    pub fn with_tls(certificate: &TestCertificate) -> HttpReceiver {
        let tls = Some(certificate.server_config());
        HttpReceiver::launch(ClosedPort::new(), VecDeque::new(), usize::MAX, tls)
    }

    /// A receiver that comes up at `port`, follows `script`, and then takes everything.
    pub fn at(port: ClosedPort, script: impl IntoIterator<Item = Answer>) -> HttpReceiver {
        HttpReceiver::launch(port, script.into_iter().collect(), usize::MAX, None)
    }

    fn launch(
        port: ClosedPort,
        script: VecDeque<Answer>,
        max_body_bytes: usize,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> HttpReceiver {
        let listener = port.open();
        let address = listener.local_addr().expect("a bound socket");
        let inbox = Inbox::default();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            max_body_bytes,
            connections: Mutex::default(),
            stop: Gate::new(),
            tls,
        });
        let accepting = (inbox.clone(), Arc::clone(&shared));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (inbox, shared) = accepting.clone();
                if shared.stop.is_open() {
                    break;
                }
                let Ok(stream) = stream else { break };
                let socket = Socket(Arc::new(stream));
                shared.connections.lock().unwrap().push(Arc::downgrade(&socket.0));
                thread::spawn(move || serve(socket, &inbox, &shared));
            }
        });
        HttpReceiver { address, scheme, inbox, shared }
    }

    /// The base URL, under the name `localhost` where the certificate needs one.
    pub fn url(&self) -> String {
        let host = if self.scheme == "https" { "localhost" } else { "127.0.0.1" };
        format!("{}://{host}:{}", self.scheme, self.address.port())
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.lock().unwrap().len()
    }

    /// Adds answers to the script.
    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        self.shared.script.lock().unwrap().extend(answers);
    }
}

impl Deref for HttpReceiver {
    type Target = Inbox;

    fn deref(&self) -> &Inbox {
        &self.inbox
    }
}

/// Ends every connection, the silent ones included.
impl Drop for HttpReceiver {
    fn drop(&mut self) {
        self.shared.stop.open();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
        for connection in self.shared.connections.lock().unwrap().iter().filter_map(Weak::upgrade) {
            let _ = connection.shutdown(std::net::Shutdown::Both);
        }
    }
}

/// A connection that a dropped receiver can end from outside.
#[derive(Clone)]
struct Socket(Arc<TcpStream>);

impl Read for Socket {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(bytes)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.0).flush()
    }
}

fn serve(socket: Socket, inbox: &Inbox, shared: &Shared) {
    let end = match &shared.tls {
        None => converse(socket.clone(), inbox, shared),
        Some(config) => match rustls::ServerConnection::new(Arc::clone(config)) {
            Ok(tls) => converse(rustls::StreamOwned::new(tls, socket.clone()), inbox, shared),
            Err(_) => End::Close,
        },
    };
    if end == End::Reset {
        // No lingering: the kernel sends a reset instead of an orderly end.
        let _ = socket2::SockRef::from(&*socket.0).set_linger(Some(Duration::ZERO));
    }
}

/// How a connection ends.
#[derive(PartialEq)]
enum End {
    Close,
    Reset,
}

/// Answers request after request until the script or the other side ends it.
fn converse(stream: impl Read + Write, inbox: &Inbox, shared: &Shared) -> End {
    let mut stream = BufReader::with_capacity(16 * 1024, stream);
    while let Ok(Some(head)) = Head::read(&mut stream) {
        let next = shared.script.lock().unwrap().pop_front();
        let answer = next.unwrap_or_else(Answer::ok);
        if matches!(answer.what, What::Reset) {
            inbox.put(head.unread());
            return End::Reset;
        }
        if head.content_length() > shared.max_body_bytes {
            inbox.put(head.unread());
            let _ = reply(stream.get_mut(), 413, &[("connection", "close")], b"");
            return End::Close;
        }
        let Ok(received) = head.receive(&mut stream) else { break };
        inbox.put(received);
        if act(&answer, stream.get_mut(), shared).is_err() {
            break;
        }
    }
    End::Close
}

/// Does what the script says; an error ends the connection.
fn act(answer: &Answer, stream: &mut impl Write, shared: &Shared) -> io::Result<()> {
    if let Some(gate) = &answer.gate {
        gate.wait();
    }
    shared.stop.wait_for(answer.delay);
    match &answer.what {
        What::Reply { status, headers, body } => {
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            reply(stream, *status, &headers, body)
        }
        What::Raw(bytes) => {
            stream.write_all(bytes)?;
            stream.flush()?;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
        What::Trickle => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ")?;
            while !shared.stop.is_open() {
                stream.write_all(b"z")?;
                stream.flush()?;
                shared.stop.wait_for(Duration::from_millis(5));
            }
            Ok(())
        }
        What::Silence => {
            shared.stop.wait();
            Ok(())
        }
        What::Close | What::Reset => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

fn reply(
    stream: &mut impl Write,
    status: u16,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    stream.write_all(body)?;
    stream.flush()
}

struct Head {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Reads up to the empty line; `None` at the end of the connection.
    fn read(stream: &mut impl BufRead) -> io::Result<Option<Head>> {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Some(Head { method, path, headers }))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn content_length(&self) -> usize {
        self.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0)
    }

    fn unread(self) -> Received {
        self.received(0, Ok(ExportTraceServiceRequest::default()))
    }

    fn received(
        self,
        body_bytes: usize,
        request: Result<ExportTraceServiceRequest, String>,
    ) -> Received {
        let Head { method, path, headers } = self;
        Received { method, path, headers, body_bytes, request }
    }

    /// Reads the body that the head announces, after a `100 Continue` where one is awaited.
    fn receive<S: Read + Write>(self, stream: &mut BufReader<S>) -> io::Result<Received> {
        if self.header("expect").is_some() {
            stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            stream.get_mut().flush()?;
        }
        let mut body = vec![0; self.content_length()];
        stream.read_exact(&mut body)?;
        let request = decode(&body, self.header("content-encoding"));
        Ok(self.received(body.len(), request))
    }
}

fn decode(body: &[u8], encoding: Option<&str>) -> Result<ExportTraceServiceRequest, String> {
    let mut plain = Vec::new();
    let body = match encoding {
        None => body,
        Some("gzip") => {
            GzDecoder::new(body).read_to_end(&mut plain).map_err(|error| error.to_string())?;
            &plain
        }
        Some(other) => return Err(format!("unknown encoding {other}")),
    };
    ExportTraceServiceRequest::decode(body).map_err(|error| error.to_string())
}
