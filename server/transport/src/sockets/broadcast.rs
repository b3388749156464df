//! One event to many sockets: encoded once per parser, its bytes shared by all receivers.

use std::sync::OnceLock;

use serde::Serialize;
use socketio::{Args, Encoded, Parser, RESERVED_EVENTS};

use super::handle::{Namespace, Socket};
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
        let message = Prepared::event(&self.namespace, event, args)?;
        Ok(self.sockets().into_iter().filter(|socket| socket.deliver(&message).is_ok()).count())
    }
}

/// An event on its way to many, encoded for each parser on first need.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    namespace: socketio::Namespace,
    event: Box<str>,
    args: Args,
    json: OnceLock<Encoded>,
    msgpack: OnceLock<Encoded>,
}

impl Prepared {
    fn event(namespace: &Namespace, event: &str, args: Args) -> Result<Self, Error> {
        if let Some(reserved) = RESERVED_EVENTS.into_iter().find(|reserved| *reserved == event) {
            return Err(socketio::Error::ReservedEvent(reserved).into());
        }
        let namespace = namespace.id().clone();
        Ok(Self { namespace, event: event.into(), args, json: OnceLock::new(), msgpack: OnceLock::new() })
    }

    /// The messages for a client of `parser`.
    pub(crate) fn of(&self, parser: Parser) -> &Encoded {
        let encoded = match parser {
            Parser::Json => &self.json,
            Parser::MessagePack => &self.msgpack,
        };
        encoded.get_or_init(|| parser.encode_event(&self.namespace, &self.event, self.args.clone(), None))
    }
}
