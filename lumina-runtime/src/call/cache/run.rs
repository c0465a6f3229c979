//! The body of a function whose only policy is its cache: in the operation's own span.

use crate::call::operation::Call;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project_lite::pin_project! {
    /// The future of a body.
    #[must_use = "futures do nothing unless polled"]
    pub struct Run<'c, F> {
        call: &'c mut Call,
        #[pin]
        body: Option<F>,
    }

    impl<F> PinnedDrop for Run<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut body = this.body;
            this.call.span.poll_within(|| body.set(None));
        }
    }
}

impl Call {
    /// Runs the body, without attempts.
    #[inline]
    pub fn run<F: Future>(&mut self, body: F) -> Run<'_, F> {
        Run { call: self, body: Some(body) }
    }

    /// Runs the body of a function that is not asynchronous.
    #[inline]
    pub fn run_sync<R>(&mut self, body: impl FnOnce() -> R) -> R {
        self.span.poll_within(body)
    }
}

impl<F: Future> Future for Run<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(body) = this.body.as_pin_mut() else { return Poll::Pending };
        this.call.span.poll_within(|| body.poll(cx))
    }
}

impl<F> std::fmt::Debug for Run<'_, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").finish_non_exhaustive()
    }
}
