//! What an HTTP receiver does with one request.

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use prost::Message;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// What a receiver does with one request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) what: What,
    pub(super) gate: Option<Gate>,
    pub(super) delay: Duration,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// A proper answer.
    Reply { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// These bytes instead of an answer, then the end.
    Raw(Vec<u8>),
    /// A status line, then a byte of a header now and then, for ever.
    Trickle,
    /// Nothing, for ever.
    Silence,
    /// The end of the connection instead of an answer.
    Close,
    /// Resets the connection with the request unread.
    Reset,
}

impl Answer {
    fn new(what: What) -> Answer {
        Answer { what, gate: None, delay: Duration::ZERO }
    }

    /// 200 with an empty body: everything was taken.
    pub fn ok() -> Answer {
        Answer::status(200)
    }

    /// A status with an empty body.
    pub fn status(status: u16) -> Answer {
        Answer::new(What::Reply { status, headers: Vec::new(), body: Vec::new() })
    }

    /// 200 that says how many spans were refused, and why.
    pub fn partial(rejected_spans: i64, error_message: &str) -> Answer {
        let partial =
            ExportTracePartialSuccess { rejected_spans, error_message: error_message.to_owned() };
        let body = ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec();
        Answer::ok().body(body)
    }

    /// Bytes that are no HTTP, then the end of the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Answer {
        Answer::new(What::Raw(bytes.into()))
    }

    /// A status line, then a byte now and then, never a whole answer.
    pub fn trickle() -> Answer {
        Answer::new(What::Trickle)
    }

    /// Takes the request and says nothing, until the other side gives up.
    pub fn silence() -> Answer {
        Answer::new(What::Silence)
    }

    /// Takes the request and closes the connection.
    pub fn close() -> Answer {
        Answer::new(What::Close)
    }

    /// Resets the connection without reading the request.
    pub fn reset() -> Answer {
        Answer::new(What::Reset)
    }

    /// Adds a header to a proper answer.
    pub fn header(mut self, name: &str, value: &str) -> Answer {
        if let What::Reply { headers, .. } = &mut self.what {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Sets the body of a proper answer.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Answer {
        if let What::Reply { body, .. } = &mut self.what {
            *body = bytes.into();
        }
        self
    }

    /// Answers this much later, like a slow receiver.
    pub fn after(mut self, delay: Duration) -> Answer {
        self.delay = delay;
        self
    }

    /// Answers when `gate` is open.
    pub fn held_by(mut self, gate: &Gate) -> Answer {
        self.gate = Some(gate.clone());
        self
    }
}

/// Holds answers back until a test opens it. Clones are the same gate.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// A closed gate.
    pub fn new() -> Gate {
        Gate::default()
    }

    /// Lets everything pass, from now on.
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits until the gate is open.
    pub fn wait(&self) {
        let open = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(open, |open| !*open).unwrap());
    }

    /// Waits until the gate is open or `time` is over.
    pub fn wait_for(&self, time: Duration) {
        let open = self.0.0.lock().unwrap();
        drop(self.0.1.wait_timeout_while(open, time, |open| !*open).unwrap());
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        *self.0.0.lock().unwrap()
    }
}
