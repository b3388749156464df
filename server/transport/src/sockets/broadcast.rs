//! One event to many sockets: encoded once per parser, its bytes shared by all receivers.

use serde::Serialize;
use socketio::Args;

use super::handle::{Namespace, Socket};
use super::prepared::Prepared;
use crate::error::Error;

/// A choice of sockets of one namespace.
#[derive(Debug, Clone)]
pub struct Broadcast {
    namespace: Namespace,
    to: Vec<Box<str>>,
    except: Vec<Box<str>>,
}

impl Broadcast {
    pub(crate) fn new(namespace: Namespace) -> Self {
        Self { namespace, to: Vec::new(), except: Vec::new() }
    }

    /// Adds the sockets of `room`, or the socket with that id. Without any, all sockets are chosen.
    #[must_use]
    pub fn to(mut self, room: &str) -> Self {
        self.to.push(room.into());
        self
    }

    /// Takes out the sockets of `room`, or the socket with that id.
    #[must_use]
    pub fn except(mut self, room: &str) -> Self {
        self.except.push(room.into());
        self
    }

    /// The sockets chosen now.
    pub fn sockets(&self) -> Vec<Socket> {
        self.namespace.select(&self.to, &self.except)
    }

    /// Sends `event` to the chosen sockets; returns how many took it. A socket whose queue is full is closed.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data, or a name that Socket.IO reserves.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        let args = Args::from_serialize(args)?;
        let message = Prepared::event(self.namespace.id(), event, args)?;
        Ok(self.sockets().into_iter().filter(|socket| socket.deliver(&message).is_ok()).count())
    }
}
