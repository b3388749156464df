//! The callback of one acknowledgement. It runs once, also when the event it belongs to is thrown away.

use std::sync::Mutex;

use socketio::Args;

use super::calls::guarded;
use super::handle::lock;
use crate::error::AckError;
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

    /// Drops the callback without running it.
    pub(super) fn forget(&self) {
        let callback = lock(&self.callback).take();
        drop(callback);
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        // A panic here would end the task that drops the rest.
        let _ = guarded("acknowledgement", self.socket, || self.settle(Err(AckError::Closed)));
    }
}
