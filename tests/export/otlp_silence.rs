//! What the exporter's own libraries trace never reaches a subscriber: spans about the export of
//! spans would be exported.

use crate::{batch, export};
use lumina::export::{Delivery, Otlp, OtlpProtocol};
use lumina_tests::otlp::{GrpcReceiver, HttpReceiver};
use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock};
use std::thread;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// Wants everything, at every level, and notes the threads that it came from.
struct Everything;

/// Names of the threads that traced something; the other tests of this process are among them.
fn heard() -> &'static Mutex<BTreeSet<String>> {
    static HEARD: OnceLock<Mutex<BTreeSet<String>>> = OnceLock::new();
    HEARD.get_or_init(Mutex::default)
}

fn hear() {
    let name = thread::current().name().unwrap_or_default().to_owned();
    heard().lock().unwrap().insert(name);
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        hear();
        Id::from_u64(1)
    }

    fn event(&self, _: &Event<'_>) {
        hear();
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Exports once over `protocol` on a thread of this name.
fn export_on(thread: &str, protocol: OtlpProtocol, url: String, silent: bool) {
    // A name, so that it has to be looked up: gRPC and HTTP both use a thread for that.
    let url = url.replace("127.0.0.1", "localhost");
    let work = move || {
        // As the worker does for an exporter's thread.
        let _silent = silent.then(|| tracing::dispatcher::set_default(&Dispatch::none()));
        let mut otlp = Otlp::builder().protocol(protocol).endpoint(url).build().unwrap();
        assert_eq!(export(&mut otlp, &batch(1, 1)), Ok(Delivery::default()));
    };
    thread::Builder::new().name(thread.to_owned()).spawn(work).unwrap().join().unwrap();
}

#[test]
fn nothing_of_an_export_is_traced_not_even_on_the_threads_below_it() {
    // OK if it is set already: the control below says whether it listens.
    let _ = tracing::subscriber::set_global_default(Everything);
    let (http, grpc) = (HttpReceiver::start(), GrpcReceiver::start());
    export_on("control", OtlpProtocol::Grpc, grpc.url(), false);
    assert!(heard().lock().unwrap().contains("control"), "gRPC traces nothing: a void test");
    export_on("exporter-http", OtlpProtocol::HttpProtobuf, http.url(), true);
    export_on("exporter-grpc", OtlpProtocol::Grpc, grpc.url(), true);
    let heard = heard().lock().unwrap();
    for name in heard.iter() {
        assert!(!name.starts_with("exporter") && !name.starts_with("lumina"), "{name} traced");
    }
    assert_eq!((http.requests().len(), grpc.requests().len()), (1, 2));
}
