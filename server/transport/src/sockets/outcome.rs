//! What handlers may return: nothing, or a result. A handler that cannot fail is written without an `Ok(())`.

/// Why a handler or an event middleware failed: any error, or words (`"no such room".into()`).
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What a handler returns: `()`, or a `Result` with the error of its kind, which `?` converts other errors into. A handler
/// that never returns is fine too.
#[diagnostic::on_unimplemented(
    message = "a handler returns `()` or `Result<(), {E}>`, not `{Self}`",
    note = "convert other results: `Ok(fallible()?)`"
)]
pub trait Outcome<E> {
    /// The outcome as a result.
    ///
    /// # Errors
    /// The handler's own.
    fn into_result(self) -> Result<(), E>;
}

impl<E> Outcome<E> for () {
    fn into_result(self) -> Result<(), E> {
        Ok(())
    }
}

impl<E> Outcome<E> for Result<(), E> {
    fn into_result(self) -> Result<(), E> {
        self
    }
}

/// Names the type `T` of `fn() -> T`: that of a call that never returns, which has no name of its own in stable Rust.
#[doc(hidden)]
pub trait Returned {
    /// `T`.
    type Type;
}

impl<T> Returned for fn() -> T {
    type Type = T;
}

impl<E> Outcome<E> for <fn() -> ! as Returned>::Type {
    fn into_result(self) -> Result<(), E> {
        self
    }
}
