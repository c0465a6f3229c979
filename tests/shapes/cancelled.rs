//! Futures that are dropped before they are ready: one span each, `cancelled`.

use lumina::FutureExt as _;
use lumina::model::Outcome;
use lumina::testing::{Captured, capture, capture_sync};
use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::task::yield_now;

#[lumina::traced]
async fn outer() -> Result<u32, String> {
    inner().await;
    Ok(1)
}

#[lumina::traced]
async fn inner() {
    lumina::record!(reached = true);
    pending::<()>().await;
}

#[track_caller]
fn both_cancelled<T>(captured: &Captured<T>) {
    captured.has_spans(&["outer", "inner"]);
    captured.span("outer").is_root().outcome(Outcome::Cancelled).lacks_attribute("error.message");
    captured
        .span("inner")
        .has_parent("outer")
        .outcome(Outcome::Cancelled)
        .has_attribute("reached", true);
}

#[tokio::test(start_paused = true)]
async fn by_a_timeout_and_the_duration_is_until_the_drop() {
    let captured = capture(async {
        tokio::time::timeout(Duration::from_millis(20), outer()).await.unwrap_err()
    })
    .await;
    both_cancelled(&captured);
    let (outer, inner) = (captured.span("outer").data(), captured.span("inner").data());
    assert!(outer.duration_nanos >= inner.duration_nanos);
}

#[tokio::test]
async fn by_a_select() {
    let captured = capture(async {
        tokio::select! {
            biased;
            output = outer() => output,
            () = yield_now() => Ok(0),
        }
    })
    .await;
    both_cancelled(&captured);
}

#[tokio::test]
async fn by_aborting_the_task() {
    let captured = capture(async {
        let task = tokio::spawn(outer().in_current_context());
        yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    })
    .await;
    both_cancelled(&captured);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_aborting_the_task_from_another_thread() {
    let captured = capture(async {
        let (started, wait) = tokio::sync::oneshot::channel();
        let work = async move {
            let mut outer = pin!(outer());
            std::future::poll_fn(|cx| {
                outer
                    .as_mut()
                    .poll(cx)
                    .map(drop)
                    .is_pending()
                    .then_some(())
                    .map_or(std::task::Poll::Pending, std::task::Poll::Ready)
            })
            .await;
            started.send(()).unwrap();
            outer.await
        };
        let task = tokio::spawn(work.in_current_context());
        wait.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    })
    .await;
    both_cancelled(&captured);
}

#[test]
fn by_dropping_it_after_a_poll() {
    let captured = capture_sync(|| {
        let mut future = Box::pin(outer());
        let mut cx = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            assert!(future.as_mut().poll(&mut cx).is_pending());
        }
        drop(future);
        assert_eq!(lumina::Context::current().span_id(), None);
    });
    both_cancelled(&captured);
}

#[test]
fn by_dropping_it_on_another_thread() {
    let captured = capture_sync(|| {
        let mut future = Box::pin(outer());
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        std::thread::spawn(move || drop(future)).join().unwrap();
    });
    both_cancelled(&captured);
}

#[test]
fn a_runtime_that_shuts_down_cancels_its_tasks() {
    let captured = capture_sync(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            tokio::spawn(outer().in_current_context());
            yield_now().await;
        });
        drop(runtime);
    });
    both_cancelled(&captured);
}

#[test]
fn an_async_function_that_was_never_polled_did_nothing_and_is_no_span() {
    let captured = capture_sync(|| drop(outer()));
    captured.has_spans(&[]);
}

#[test]
fn a_function_that_prepared_its_future_was_called_and_is_a_span() {
    #[lumina::traced]
    fn prepared(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        lumina::record!(prepared = n + 1);
        Box::pin(async move { n })
    }
    #[lumina::traced]
    fn made_elsewhere() -> impl Future<Output = ()> {
        pending()
    }
    let captured = capture_sync(|| {
        drop(prepared(1));
        drop(made_elsewhere());
    });
    captured.has_spans(&["prepared", "made_elsewhere"]);
    captured.span("prepared").outcome(Outcome::Cancelled).has_attribute("prepared", 2);
    captured.span("made_elsewhere").outcome(Outcome::Cancelled);
}

#[tokio::test]
async fn what_a_dropped_future_does_belongs_to_its_span() {
    struct Cleans;
    impl Drop for Cleans {
        fn drop(&mut self) {
            clean();
        }
    }
    #[lumina::traced]
    fn clean() {}
    #[lumina::traced]
    async fn hold() {
        let _cleans = Cleans;
        pending::<()>().await;
    }
    let captured = capture(async {
        tokio::select! {
            biased;
            () = hold() => {}
            () = yield_now() => {}
        }
        assert_eq!(lumina::Context::current().span_id(), None);
    })
    .await;
    captured.has_spans(&["hold", "clean"]);
    captured.span("hold").outcome(Outcome::Cancelled).child("clean").outcome(Outcome::Unset);
}

#[tokio::test]
async fn a_future_that_is_still_held_is_incomplete() {
    let mut held = None;
    let captured = capture(async {
        let mut future = Box::pin(outer());
        std::future::poll_fn(|cx| {
            assert!(future.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        held = Some(future);
    })
    .await;
    captured.has_spans(&["outer", "inner"]);
    captured.span("outer").outcome(Outcome::Incomplete);
    captured.span("inner").outcome(Outcome::Incomplete).has_parent("outer");
    drop(held);
}
