//! Acknowledgements: the client's, which a handler answers, and the server's, which a client answers.

use std::sync::Arc;

use serde::Serialize;
use socketio::{AckToken, Args};

use crate::conn::Conn;
use crate::error::Error;

/// The client waits for an answer to its event. Answered at most once, from any thread, now or later; dropped unanswered it
/// leaves the client waiting, as in Socket.IO.
#[derive(Debug)]
pub struct Ack {
    token: AckToken,
    conn: Arc<Conn>,
}

impl Ack {
    pub(crate) fn new(token: AckToken, conn: Arc<Conn>) -> Self {
        Self { token, conn }
    }

    /// Answers with `args`: a tuple or an array is the list of arguments, anything else is one argument.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data; [`Error::Closed`] when the client is gone; [`Error::QueueFull`].
    pub fn send<T: Serialize + ?Sized>(self, args: &T) -> Result<(), Error> {
        let args = Args::from_serialize(args)?;
        let Self { token, conn } = self;
        conn.transmit(|core, _| Ok(core.sio.ack(token, args)?))
    }
}

/// Why an acknowledgement never came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    /// The client did not answer in time.
    #[error("no acknowledgement in time")]
    Timeout,
    /// The socket closed first.
    #[error("the socket closed before the acknowledgement")]
    Closed,
}

/// Called once with a client's answer, or with the reason that none came.
pub(crate) type OnAck = Box<dyn FnOnce(Result<Args, AckError>) + Send>;
