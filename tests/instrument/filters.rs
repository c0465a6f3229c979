//! Subscribers that do not want a span, or not always.

use std::cell::Cell;
use std::fmt::{self, Debug, Formatter};
use std::sync::Barrier;
use tracing::Level;
use tracing_mock::{expect, subscriber};

#[test]
fn arguments_of_a_refused_span_are_not_formatted() {
    #[derive(Default)]
    struct Counts(Cell<u32>);
    impl Debug for Counts {
        fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
            self.0.set(self.0.get() + 1);
            Ok(())
        }
    }
    #[lumina::traced(level = "debug", capture(?counts))]
    fn refused(counts: &Counts) {
        let _ = counts;
    }
    let (subscriber, handle) = subscriber::mock()
        .with_filter(|metadata| *metadata.level() <= Level::INFO)
        .only()
        .run_with_handle();
    let counts = Counts::default();
    tracing::subscriber::with_default(subscriber, || refused(&counts));
    handle.assert_finished();
    assert_eq!(counts.0.get(), 0);
}

#[test]
fn a_span_that_the_filter_refuses_is_left_out_and_its_children_move_up() {
    #[lumina::traced]
    fn outer() {
        middle();
    }
    #[lumina::traced(level = "trace")]
    fn middle() {
        inner();
    }
    #[lumina::traced]
    fn inner() {}
    let (outer_span, inner_span) = (expect::span().named("outer"), expect::span().named("inner"));
    let (subscriber, handle) = subscriber::mock()
        .with_filter(|metadata| *metadata.level() <= Level::DEBUG)
        .new_span(outer_span.clone())
        .enter(outer_span.clone())
        .new_span(inner_span.clone().with_ancestry(expect::has_contextual_parent("outer")))
        .enter(inner_span.clone())
        .exit(inner_span)
        .exit(outer_span)
        .only()
        .run_with_handle();
    tracing::subscriber::with_default(subscriber, outer);
    handle.assert_finished();
}

#[test]
fn events_of_a_result_are_seen_though_the_span_is_refused() {
    #[lumina::traced(level = "trace", err, ret(level = "warn"))]
    fn refused(good: bool) -> Result<u8, &'static str> {
        if good { Ok(3) } else { Err("no") }
    }
    let (subscriber, handle) = subscriber::mock()
        .with_filter(|metadata| *metadata.level() <= Level::WARN)
        .event(expect::event().at_level(Level::WARN).with_fields(expect::field("return")))
        .event(expect::event().at_level(Level::ERROR).with_fields(expect::field("error")))
        .only()
        .run_with_handle();
    let call = || (refused(true), refused(false));
    assert_eq!(tracing::subscriber::with_default(subscriber, call), (Ok(3), Err("no")));
    handle.assert_finished();
}

#[test]
fn a_target_can_be_filtered_for_span_and_events_alike() {
    #[lumina::traced(target = "mine", ret)]
    fn mine() -> u8 {
        1
    }
    #[lumina::traced(target = "other", ret)]
    fn other() -> u8 {
        2
    }
    let span = expect::span().named("mine").with_target("mine");
    let (subscriber, handle) = subscriber::mock()
        .with_filter(|metadata| metadata.target() == "mine")
        .new_span(span.clone())
        .enter(span.clone())
        .event(expect::event().with_target("mine").with_fields(expect::field("return")))
        .exit(span)
        .only()
        .run_with_handle();
    assert_eq!(tracing::subscriber::with_default(subscriber, || mine() + other()), 3);
    handle.assert_finished();
}

/// Sites that are reached for the first time by several threads at once.
macro_rules! sites {
    ($($name:ident)*) => {
        $(#[lumina::traced]
        fn $name() {})*
        const SITES: &[fn()] = &[$($name),*];
    };
}
sites!(a b c d e f g h i j k l m n o p q r s t u v w x y z);

#[test]
fn threads_that_meet_at_a_new_site_all_have_their_span() {
    const THREADS: usize = 4;
    let barrier = Barrier::new(THREADS);
    let work = || {
        let mut expected = subscriber::mock();
        for _ in SITES {
            let span = expect::span();
            expected = expected.new_span(span.clone()).enter(span.clone()).exit(span);
        }
        let (subscriber, handle) = expected.only().run_with_handle();
        tracing::subscriber::with_default(subscriber, || {
            for site in SITES {
                barrier.wait();
                site();
            }
        });
        handle.assert_finished();
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
}
