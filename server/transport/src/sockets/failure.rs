//! An event that came to nothing, as `on_error` hears of it.

use std::fmt;

use super::outcome::HandlerError;

/// What a listener or an event middleware failed with.
#[derive(Debug)]
pub struct Failure {
    event: Box<str>,
    refused: bool,
    error: HandlerError,
}

impl Failure {
    /// An event that a middleware dropped.
    pub(super) fn refused(event: &str, error: HandlerError) -> Self {
        Self { event: event.into(), refused: true, error }
    }

    /// An event whose listener failed.
    pub(super) fn failed(event: &str, error: HandlerError) -> Self {
        Self { event: event.into(), refused: false, error }
    }

    /// The event's name.
    pub fn event(&self) -> &str {
        &self.event
    }

    /// Whether a middleware dropped the event; otherwise a listener failed at it.
    pub fn is_refusal(&self) -> bool {
        self.refused
    }

    /// What the middleware or listener returned.
    pub fn error(&self) -> &HandlerError {
        &self.error
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.refused { "was refused" } else { "failed" };
        write!(f, "event {:?} {what}: {}", self.event, self.error)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.error)
    }
}
