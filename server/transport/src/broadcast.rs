//! One event to many sockets: encoded once per parser, its bytes shared by all receivers.

use serde::Serialize;
use socketio::{Args, Encoded, Parser};

use crate::error::Error;
use crate::namespace::Namespace;
use crate::socket::Socket;

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
    /// [`Error::Encode`] for arguments that are no data.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        let args = Args::from_serialize(args)?;
        let message = Prepared::event(&self.namespace, event, args);
        Ok(self.sockets().into_iter().filter(|socket| socket.deliver(&message).is_ok()).count())
    }
}

/// An event encoded for both parsers.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    json: Encoded,
    msgpack: Encoded,
}

impl Prepared {
    fn event(namespace: &Namespace, event: &str, args: Args) -> Self {
        let json = Parser::Json.encode_event(namespace.id(), event, args.clone(), None);
        Self { json, msgpack: Parser::MessagePack.encode_event(namespace.id(), event, args, None) }
    }

    /// The messages for a client of `parser`.
    pub(crate) fn of(&self, parser: Parser) -> &Encoded {
        match parser {
            Parser::Json => &self.json,
            Parser::MessagePack => &self.msgpack,
        }
    }
}
