//! An event on its way to many sockets: encoded and framed once for each parser, its bytes shared by all receivers.

use std::sync::OnceLock;

use bytes::Bytes;
use socketio::{Args, Encoded, Namespace, Parser, RESERVED_EVENTS};

use crate::error::Error;
use crate::io::ws_run;

/// An event on its way to many.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    namespace: Namespace,
    event: Box<str>,
    args: Args,
    json: OnceLock<Result<Ready, socketio::Error>>,
    msgpack: OnceLock<Result<Ready, socketio::Error>>,
}

/// The event in one parser's form.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    /// The messages, for clients that poll and for those behind with reading.
    pub(crate) encoded: Encoded,
    /// The WebSocket frames of all messages in one run, for the others.
    pub(crate) run: Bytes,
}

impl Prepared {
    /// # Errors
    /// [`Error::Encode`] for a name that Socket.IO reserves.
    pub(crate) fn event(namespace: &Namespace, event: &str, args: Args) -> Result<Self, Error> {
        if let Some(reserved) = RESERVED_EVENTS.into_iter().find(|reserved| *reserved == event) {
            return Err(socketio::Error::ReservedEvent(reserved).into());
        }
        let namespace = namespace.clone();
        Ok(Self { namespace, event: event.into(), args, json: OnceLock::new(), msgpack: OnceLock::new() })
    }

    pub(crate) fn args(&self) -> &Args {
        &self.args
    }

    /// What a client of `parser` gets; encoded on first need, when `attachments` tells how many of these a client takes.
    pub(crate) fn of(&self, parser: Parser, attachments: impl FnOnce() -> usize) -> &Result<Ready, socketio::Error> {
        let ready = match parser {
            Parser::Json => &self.json,
            Parser::MessagePack => &self.msgpack,
        };
        ready.get_or_init(|| {
            let encoded = parser.encode_checked(&self.namespace, &self.event, &self.args, attachments())?;
            Ok(Ready { run: ws_run(encoded.messages()), encoded })
        })
    }
}
