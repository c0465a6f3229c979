//! A receiver of OTLP over HTTP that accepts everything and looks at nothing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the receiver listens, and what it got.
pub(crate) struct Sink {
    pub(crate) endpoint: String,
    bytes: Arc<AtomicU64>,
}

impl Sink {
    /// Listens on a free local port until the process ends.
    pub(crate) fn start() -> io::Result<Sink> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let bytes = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&bytes);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let counted = Arc::clone(&counted);
                // A connection that breaks is the client's to open again.
                std::thread::spawn(move || serve(&connection, &counted));
            }
        });
        Ok(Sink { endpoint, bytes })
    }

    /// Bytes of the requests since the last call.
    pub(crate) fn take_bytes(&self) -> u64 {
        self.bytes.swap(0, Ordering::Relaxed)
    }
}

fn serve(connection: &TcpStream, counted: &AtomicU64) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, connection);
    let mut output = connection;
    let mut line = String::new();
    let mut length = 0;
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let header = line.trim_end().split_once(':');
        if let Some((name, value)) = header
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
        }
        if line == "\r\n" {
            let body = io::copy(&mut (&mut input).take(length), &mut io::sink())?;
            counted.fetch_add(body, Ordering::Relaxed);
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n\
                          Content-Length: 0\r\n\r\n";
            output.write_all(answer.as_bytes())?;
        }
    }
}
