//! What a fallback may be: a value or a `Result`, now or as a future.
//!
//! The marker types keep the implementations apart; which one applies is inferred.

use super::fallible::Fallible;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a fallback gives, as a future of the function's own return type `R`.
#[diagnostic::on_unimplemented(
    message = "the fallback gives `{Self}`, which does not fit the function's return type `{R}`",
    label = "wrong type for a fallback",
    note = "a fallback gives the function's `Result`, or the value of its `Ok`, at once or as a future"
)]
pub trait Resolve<R, Marker> {
    /// The future.
    type Future: Future<Output = R>;

    /// Makes it a future.
    fn resolve(self) -> Self::Future;
}

/// Marks the function's own type.
#[derive(Debug)]
pub struct Whole;
/// Marks the value of `Ok`.
#[derive(Debug)]
pub struct Value;
/// Marks a future of the function's own type.
#[derive(Debug)]
pub struct FutureWhole;
/// Marks a future of the value of `Ok`.
#[derive(Debug)]
pub struct FutureValue;

impl<R: Fallible> Resolve<R, Whole> for R {
    type Future = Ready<R>;

    fn resolve(self) -> Ready<R> {
        ready(self)
    }
}

impl<T, E> Resolve<Result<T, E>, Value> for T {
    type Future = Ready<Result<T, E>>;

    fn resolve(self) -> Self::Future {
        ready(Ok(self))
    }
}

impl<R: Fallible, F: Future<Output = R>> Resolve<R, FutureWhole> for F {
    type Future = F;

    fn resolve(self) -> F {
        self
    }
}

impl<T, E, F: Future<Output = T>> Resolve<Result<T, E>, FutureValue> for F {
    type Future = IntoOk<F, E>;

    fn resolve(self) -> Self::Future {
        IntoOk { future: self, error: PhantomData }
    }
}

pin_project_lite::pin_project! {
    /// A future whose value is a success.
    #[derive(Debug)]
    pub struct IntoOk<F, E> {
        #[pin]
        future: F,
        error: PhantomData<fn() -> E>,
    }
}

impl<F: Future, E> Future for IntoOk<F, E> {
    type Output = Result<F::Output, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(cx).map(Ok)
    }
}
