//! Arguments that are needed more than once.

/// An argument of which each attempt, and each fallback, gets a copy of its own.
#[diagnostic::on_unimplemented(
    message = "argument of type `{Self}` is needed again by a later attempt or fallback, but it is not `Clone`",
    label = "not `Clone`",
    note = "take it by reference, wrap it in an `Arc`, or derive `Clone`"
)]
pub trait AttemptArg {
    /// A copy for one attempt.
    #[must_use]
    fn attempt_arg(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> AttemptArg for T {
    #[inline(always)]
    fn attempt_arg(&self) -> Self {
        self.clone()
    }
}
