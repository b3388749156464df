//! The callback of one acknowledgement. It runs once, also when the event it belongs to is thrown away.

use std::sync::Mutex;

use socketio::Args;

use super::calls::guarded;
use super::handle::lock;
use crate::error::{AckError, Error};
use crate::id::SocketId;

type Callback = Box<dyn FnOnce(Result<Args, AckError>) + Send>;

/// A callback that has not run. Dropped, it runs with [`AckError::Closed`].
pub(super) struct Awaited {
    socket: SocketId,
    callback: Mutex<Option<Callback>>,
}

impl Awaited {
    pub(super) fn new(socket: SocketId, callback: impl FnOnce(Result<Args, AckError>) + Send + 'static) -> Self {
        Self { socket, callback: Mutex::new(Some(Box::new(callback))) }
    }

    /// Runs the callback, unless it has run before.
    pub(super) fn settle(&self, result: Result<Args, AckError>) {
        let callback = lock(&self.callback).take();
        if let Some(callback) = callback {
            callback(result);
        }
    }

    /// What whoever asked is told: where the event was not sent the callback is dropped without running, unless the end of the
    /// connection has taken it meanwhile. Then it has the reason already, and there is no error beside it.
    pub(super) fn conclude(&self, asked: Result<(), Error>) -> Result<(), Error> {
        if asked.is_ok() {
            return asked;
        }
        let callback = lock(&self.callback).take();
        if callback.is_none() { Ok(()) } else { asked }
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        // A panic here would end the task that drops the rest.
        let _ = guarded("acknowledgement", self.socket, || self.settle(Err(AckError::Closed)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn who_asked_is_told_by_an_error_or_by_the_callback_and_never_by_both() {
        let ran = Arc::new(AtomicUsize::new(0));
        let awaited = || {
            let ran = ran.clone();
            let callback = move |_| {
                ran.fetch_add(1, Ordering::SeqCst);
            };
            Awaited::new(SocketId::random().expect("randomness"), callback)
        };
        let full = || Err(Error::QueueFull { bytes: 1, packets: 1 });
        let refused = awaited();
        assert!(refused.conclude(full()).is_err());
        refused.settle(Err(AckError::Closed));
        drop(refused);
        assert_eq!(ran.load(Ordering::SeqCst), 0);
        let taken = awaited();
        // The connection's task has seen the end before whoever asked was told of it.
        taken.settle(Err(AckError::Closed));
        assert!(taken.conclude(full()).is_ok());
        drop(taken);
        assert_eq!(ran.load(Ordering::SeqCst), 1);
    }
}
