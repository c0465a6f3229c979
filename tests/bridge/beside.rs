//! The layer beside others: who sees what.

use lumina::testing::{Captured, capture_sync};
use std::io;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber, info_span};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry, fmt, reload};

/// What `fmt` wrote.
#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Text {
    type Writer = Text;

    fn make_writer(&self) -> Text {
        self.clone()
    }
}

impl Text {
    fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        fmt::layer().with_ansi(false).without_time().with_target(false).with_writer(self.clone())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Spans of both kinds within each other, with an event in the innermost.
fn work() {
    lumina::span!("outer", n = 3; {
        let _library = info_span!(target: "library", "lib", user = 1).entered();
        lumina::span!("inner"; tracing::info!("hello"));
    });
}

fn captured(subscriber: impl Subscriber + Send + Sync, work: impl FnOnce()) -> Captured {
    tracing::subscriber::with_default(subscriber, || capture_sync(work))
}

#[track_caller]
fn is_whole(captured: &Captured) {
    captured.has_spans(&["outer", "lib", "inner"]);
    captured.root().has_attribute("n", 3).has_children(&["lib"]);
    captured.span("lib").has_attribute("user", 1).has_children(&["inner"]);
    captured.span("inner").has_events(&["hello"]);
}

#[test]
fn fmt_shows_our_spans_and_we_record_them_once() {
    let text = Text::default();
    let subscriber = Registry::default().with(lumina::layer()).with(text.layer());
    is_whole(&captured(subscriber, work));
    assert_eq!(text.text(), " INFO outer{n=3}:lib{user=1}:inner: hello\n");
}

#[test]
fn the_order_of_the_layers_does_not_matter() {
    let text = Text::default();
    let subscriber = Registry::default().with(text.layer()).with(lumina::layer());
    is_whole(&captured(subscriber, work));
    assert_eq!(text.text(), " INFO outer{n=3}:lib{user=1}:inner: hello\n");
}

/// In a process of its own: whether a call site is wanted is a matter of all subscribers that live.
#[test]
fn alone_the_layer_asks_for_no_spans_at_our_call_sites() {
    const ALONE: &str = "LUMINA_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "beside::alone_the_layer_asks_for_no_spans_at_our_call_sites";
        let mut tests = Command::new(std::env::current_exe().unwrap());
        let output = tests.args(["--exact", name]).env(ALONE, "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let work = || {
        let library = info_span!("lib").entered();
        // A span of the registry would be the current one.
        lumina::span!("inner"; assert_eq!(Span::current().id(), library.id()));
    };
    let alone = captured(Registry::default().with(lumina::layer()), work);
    alone.span("inner").has_parent("lib");
    let filtered = lumina::layer().with_filter(LevelFilter::INFO);
    let filtered = captured(Registry::default().with(filtered), work);
    filtered.span("inner").has_parent("lib");
}

#[test]
fn a_filter_on_another_layer_hides_nothing_from_us() {
    let text = Text::default();
    let quiet = EnvFilter::new("info,library=off");
    let subscriber =
        Registry::default().with(lumina::layer()).with(text.layer().with_filter(quiet));
    is_whole(&captured(subscriber, work));
    assert_eq!(text.text(), " INFO outer{n=3}:inner: hello\n");
}

#[test]
fn a_filter_on_the_layer_hides_nothing_from_others() {
    let text = Text::default();
    let filter = filter_fn(|metadata| metadata.target() != "library");
    let subscriber =
        Registry::default().with(lumina::layer().with_filter(filter)).with(text.layer());
    let captured = captured(subscriber, work);
    captured.has_spans(&["outer", "inner"]);
    captured.span("inner").has_parent("outer").has_events(&["hello"]);
    assert_eq!(text.text(), " INFO outer{n=3}:lib{user=1}:inner: hello\n");
}

#[test]
fn filters_on_the_layer_add_up() {
    let dynamic = EnvFilter::new("trace,[lib{user=1}]=off,library=info");
    let layer = lumina::layer()
        .with_filter(filter_fn(|metadata| metadata.name() != "hidden"))
        .with_filter(EnvFilter::new("info,[admin]=debug"))
        .with_filter(dynamic);
    let captured = captured(Registry::default().with(layer), || {
        work();
        tracing::debug_span!("hidden by level").in_scope(|| drop(info_span!("hidden")));
        info_span!("admin").in_scope(|| tracing::debug_span!("shown").in_scope(|| ()));
    });
    let names: Vec<&str> = captured.spans().iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["outer", "lib", "inner", "admin", "shown"]);
}

#[test]
fn a_filter_on_everything_leaves_our_spans_alone() {
    let subscriber = Registry::default().with(EnvFilter::new("off")).with(lumina::layer());
    let captured = captured(subscriber, work);
    captured.has_spans(&["outer", "inner"]);
    captured.span("inner").has_parent("outer").has_events(&[]);
}

#[test]
fn a_filter_by_the_value_of_a_field_misroutes_nothing() {
    let text = Text::default();
    let filter = EnvFilter::new("off,[lib{user=2}]=info");
    let subscriber =
        Registry::default().with(lumina::layer()).with(text.layer().with_filter(filter));
    let captured = captured(subscriber, || {
        for user in 1..=3 {
            let _library = info_span!("lib", user).entered();
            lumina::span!("inner", user; tracing::info!(user, "hello"));
        }
    });
    assert_eq!(captured.spans().len(), 6);
    for library in captured.spans_named("lib") {
        let inner = library.child("inner").has_events(&["hello"]);
        assert_eq!(inner.attribute("user"), library.attribute("user"));
    }
    assert_eq!(text.text(), " INFO lib{user=2}:inner{user=2}: hello user=2\n");
}

#[test]
fn a_filter_can_be_changed_at_run_time() {
    let text = Text::default();
    let (filter, ours) = reload::Layer::new(LevelFilter::OFF);
    let (other, theirs) = reload::Layer::new(LevelFilter::INFO);
    let subscriber = Registry::default()
        .with(lumina::layer().with_filter(filter))
        .with(text.layer().with_filter(other));
    let captured = captured(subscriber, || {
        work();
        ours.reload(LevelFilter::INFO).unwrap();
        theirs.modify(|filter| *filter = LevelFilter::OFF).unwrap();
        work();
    });
    let names: Vec<&str> = captured.spans().iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["outer", "inner", "outer", "lib", "inner"]);
    assert_eq!(text.text(), " INFO outer{n=3}:lib{user=1}:inner: hello\n");
}

#[test]
fn the_layer_works_in_every_wrapping() {
    let boxed = Registry::default().with(lumina::layer().boxed());
    is_whole(&captured(boxed, work));
    let optional = Registry::default().with(Some(lumina::layer()));
    is_whole(&captured(optional, work));
    let many = Registry::default().with(vec![lumina::layer().boxed()]);
    is_whole(&captured(many, work));
    let both = Registry::default().with(lumina::layer().and_then(Text::default().layer()));
    is_whole(&captured(both, work));
    let off = Registry::default().with(None::<LevelFilter>).with(lumina::layer());
    is_whole(&captured(off, work));
}

#[test]
fn a_closed_parent_of_ours_does_not_upset_the_registry() {
    #[lumina::traced(parent = parent)]
    fn below(parent: Option<tracing::Id>) {
        tracing::info!("hello");
    }
    let text = Text::default();
    let subscriber = Registry::default().with(lumina::layer()).with(text.layer());
    let captured = captured(subscriber, || {
        let closed = info_span!("closed").id();
        below(closed);
    });
    captured.span("below").is_root().has_events(&["hello"]);
    assert_eq!(text.text(), " INFO below: hello\n");
}

#[test]
fn a_span_of_another_layer_for_ours_is_a_parent_like_ours() {
    let text = Text::default();
    let subscriber = Registry::default().with(lumina::layer()).with(text.layer());
    let captured = captured(subscriber, || {
        lumina::span!("ours"; {
            let current = Span::current();
            assert_eq!(current.metadata().map(|metadata| metadata.name()), Some("ours"));
            let _other = info_span!(parent: None, "other").entered();
            info_span!(parent: &current, "child").in_scope(|| tracing::info!("hello"));
            tracing::info!(parent: &current, "to ours");
        });
    });
    captured.span("child").has_parent("ours").has_events(&["hello"]);
    captured.span("ours").has_events(&["to ours"]);
    captured.span("other").is_root().has_children(&[]);
    assert_eq!(text.text(), " INFO ours:child: hello\n INFO ours: to ours\n");
}
