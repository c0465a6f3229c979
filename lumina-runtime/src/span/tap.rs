//! A future whose output is looked at on its way out.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project_lite::pin_project! {
    /// Shows the output of `F` to `T`, inside whatever span the future is polled in.
    ///
    /// Unlike what is read at the end of a span this happens whether or not the span is recorded:
    /// the events of `err` and `ret` are for every subscriber.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Tap<F, T> {
        #[pin]
        future: F,
        look: Option<T>,
    }
}

impl<F, T> Tap<F, T>
where
    F: Future,
    T: FnOnce(&F::Output),
{
    /// Shows the output of `future` to `look`.
    #[inline(always)]
    pub fn new(future: F, look: T) -> Self {
        Tap { future, look: Some(look) }
    }
}

impl<F, T> Future for Tap<F, T>
where
    F: Future,
    T: FnOnce(&F::Output),
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let output = ready!(this.future.poll(cx));
        if let Some(look) = this.look.take() {
            look(&output);
        }
        Poll::Ready(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    #[test]
    fn the_output_is_seen_once_and_passed_on() {
        let mut seen = Vec::new();
        let mut tap =
            std::pin::pin!(Tap::new(std::future::ready(7), |value: &i32| seen.push(*value)));
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(tap.as_mut().poll(&mut cx), Poll::Ready(7));
        assert_eq!(seen, [7]);
    }
}
