//! The acknowledgement a client waits for, which a handler answers.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use socketio::{AckToken, Args};

use crate::conn::Conn;
use crate::error::Error;

/// The client waits for an answer to its event. Answered at most once, from any thread, now or later; dropped unanswered it
/// leaves the client waiting, as in Socket.IO. Clones are handles to the same one: each listener of an event has its own.
#[derive(Debug, Clone)]
pub struct Ack {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Taken by the one that answers.
    token: Mutex<Option<AckToken>>,
    conn: Arc<Conn>,
}

impl Ack {
    pub(crate) fn new(token: AckToken, conn: Arc<Conn>) -> Self {
        Self { inner: Arc::new(Inner { token: Mutex::new(Some(token)), conn }) }
    }

    /// Answers with `args`: a tuple or an array is the list of arguments, as are [`Args`], `()` none, and anything else is one
    /// argument, a `Vec`, a slice and `None` too.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data; [`Error::Answered`] when another clone was faster;
    /// [`Error::Closed`] when the client is gone; [`Error::TooLarge`] and [`Error::QueueFull`] as for
    /// [`Socket::emit`](crate::Socket::emit). After `Encode` and `TooLarge`, of which the client has heard nothing, another clone
    /// may answer.
    pub fn send<T: Serialize + ?Sized>(self, args: &T) -> Result<(), Error> {
        let args = Args::from_serialize(args)?;
        // Held until it is known whether this is the answer.
        let mut token = self.inner.token.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = token.take().ok_or(Error::Answered)?;
        let sent = self.inner.conn.transmit(|core, _| Ok(core.sio.ack(taken.clone(), args)?));
        if matches!(sent, Err(Error::TooLarge { .. } | Error::Encode(_))) {
            *token = Some(taken);
        }
        sent
    }
}
