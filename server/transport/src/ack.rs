//! The acknowledgement a client waits for, which a handler answers.

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
