//! Response bodies: whole, or in parts that are sent while they are made.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::mpsc;

/// A fault ended the body before its end.
#[derive(Debug, thiserror::Error)]
#[error("the answer was cut off by a fault")]
pub(super) struct Cut;

/// Where the parts of a body are sent to; `closed` resolves when the client has left.
pub(super) type Parts = mpsc::Sender<Result<Bytes, Cut>>;

/// The body of a response.
pub(super) enum Body {
    Whole(Bytes),
    Parts(mpsc::Receiver<Result<Bytes, Cut>>),
    /// The error that comes at the next poll.
    Cut,
}

impl Body {
    /// A body whose parts are to be sent; one at a time is under way.
    pub(super) fn in_parts() -> (Parts, Self) {
        let (sender, receiver) = mpsc::channel(1);
        (sender, Self::Parts(receiver))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let body = self.get_mut();
        match body {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(mem::take(bytes))))),
            Self::Parts(parts) => match ready!(parts.poll_recv(context)) {
                Some(Ok(bytes)) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Some(Err(Cut)) => {
                    // The connection writes what it holds when we are pending, and throws it
                    // away at an error: so a pause first, that the client sees all parts before.
                    *body = Self::Cut;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => Poll::Ready(None),
            },
            Self::Cut => Poll::Ready(Some(Err(Cut))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Parts(_) | Self::Cut => SizeHint::default(),
        }
    }
}
