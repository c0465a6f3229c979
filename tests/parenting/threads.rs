//! Threads and processes: the context goes along by hand.

use crate::{leaf, one_trace};
use lumina::Context;
use lumina::testing::capture_sync;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

#[test]
fn a_thread_in_the_scope_of_the_context_goes_on_with_the_trace() {
    #[lumina::traced]
    fn outer() {
        let context = Context::current();
        let attached = thread::spawn(move || {
            let _guard = context.attach();
            leaf(0);
        });
        let scoped = thread::spawn(move || context.in_scope(|| leaf(1)));
        attached.join().unwrap();
        scoped.join().unwrap();
        thread::scope(|scope| {
            for n in 2..6 {
                scope.spawn(move || context.in_scope(|| leaf(n)));
            }
        });
    }
    let captured = capture_sync(outer);
    one_trace(&captured, "outer").has_children(&["leaf"; 6]);
}

#[test]
fn without_the_context_a_thread_belongs_to_nobody() {
    let captured = capture_sync(|| {
        #[lumina::traced]
        fn outer() {
            thread::spawn(|| assert_eq!(leaf(0), 0)).join().unwrap();
        }
        outer();
    });
    captured.has_spans(&["outer"]);
}

#[test]
fn a_context_is_left_again_on_the_way_out_and_by_a_panic() {
    #[lumina::traced]
    fn outer() {
        let here = Context::current();
        Context::root().in_scope(|| assert_eq!(Context::current().span_id(), None));
        assert_eq!(Context::current(), here);
        let caught = std::panic::catch_unwind(|| Context::root().in_scope(|| panic!("inside")));
        assert!(caught.is_err());
        assert_eq!(Context::current(), here);
    }
    capture_sync(outer).root().outcome(lumina::model::Outcome::Unset);
}

type Job = (Context, Box<dyn FnOnce() + Send>);

/// A pool as rayon and others have it: jobs of many callers on threads that live longer.
fn pool(threads: usize) -> Sender<Job> {
    let (send, receive) = channel::<Job>();
    let receive = std::sync::Arc::new(std::sync::Mutex::new(receive));
    let next = |receive: &std::sync::Mutex<Receiver<Job>>| receive.lock().unwrap().recv();
    for _ in 0..threads {
        let receive = receive.clone();
        thread::spawn(move || {
            while let Ok((context, job)) = next(&receive) {
                context.in_scope(job);
                assert_eq!(Context::current().span_id(), None);
            }
        });
    }
    send
}

#[test]
fn jobs_of_a_pool_belong_to_their_callers() {
    #[lumina::traced(capture(caller))]
    fn call(pool: &Sender<Job>, caller: u32) {
        let (done, wait) = channel();
        for _ in 0..10 {
            let done = done.clone();
            let job = move || {
                leaf(caller);
                done.send(()).unwrap();
            };
            pool.send((Context::current(), Box::new(job))).unwrap();
        }
        drop(done);
        assert_eq!(wait.iter().count(), 10);
    }
    let captured = capture_sync(|| {
        let (pool, context) = (pool(3), Context::current());
        thread::scope(|scope| {
            for caller in 0..4 {
                let pool = pool.clone();
                scope.spawn(move || context.in_scope(|| call(&pool, caller)));
            }
        });
    });
    assert_eq!(captured.roots().len(), 4);
    for call in captured.roots() {
        call.has_children(&["leaf"; 10]);
        for leaf in call.children() {
            leaf.has_attribute("n", call.attribute("caller").clone());
        }
    }
}

#[test]
fn a_traceparent_carries_the_trace_to_another_process_and_back() {
    #[lumina::traced(kind = client)]
    fn client() -> (String, Option<String>) {
        let header = Context::current().traceparent().unwrap();
        // Another process, as far as it can be had here: of the span nothing but the text arrives.
        let pipeline = Context::current();
        let serve = || pipeline.in_scope(|| server(&header));
        let answer = thread::scope(|scope| scope.spawn(serve).join().unwrap());
        (header, answer)
    }
    fn server(header: &str) -> Option<String> {
        let remote = Context::from_traceparent(header).unwrap();
        remote.in_scope(|| handle(1))
    }
    #[lumina::traced(kind = server)]
    fn handle(n: u32) -> Option<String> {
        leaf(n);
        Context::current().traceparent()
    }
    let captured = capture_sync(client);
    let root = one_trace(&captured, "client").has_children(&["handle"]);
    let handle = root.child("handle").has_children(&["leaf"]).data();
    assert!(handle.parent_remote && !root.child("handle").child("leaf").data().parent_remote);
    let (sent, answered) = captured.output();
    assert_eq!(*sent, format!("00-{}-{}-01", root.data().trace_id, root.data().span_id));
    assert_eq!(*answered, Some(format!("00-{}-{}-01", handle.trace_id, handle.span_id)));
}

#[test]
fn a_malformed_traceparent_begins_a_trace() {
    #[lumina::traced(parent = Context::from_traceparent(header))]
    fn handle(header: &str) -> usize {
        header.len()
    }
    let captured = capture_sync(|| {
        handle("00-nonsense-01");
        handle("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    });
    let [bad, good] = captured.spans() else { panic!("{}", captured.tree()) };
    assert_eq!(bad.parent_id, None);
    assert_eq!(good.trace_id.to_string(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(good.parent_id.unwrap().to_string(), "b7ad6b7169203331");
    assert!(good.parent_remote);
}
