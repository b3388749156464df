//! An event on its way to many sockets: encoded and framed once for each parser, its bytes shared by all receivers.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use socketio::{Args, Behind, Encoded, Namespace, Noted, Offset, PacketLimits, Parser, RESERVED_EVENTS};

use crate::error::Error;
use crate::io::ws_run;

/// An event on its way to many.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    namespace: Namespace,
    event: Box<str>,
    args: Args,
    /// Its place among the events that can be missed.
    offset: Option<Offset>,
    /// Whether it goes to more than one socket.
    many: bool,
    /// For each parser, without and with what follows the arguments for those who may come back.
    forms: [OnceLock<Result<Ready, socketio::Error>>; 4],
}

/// The event in one parser's form.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    /// The messages, for clients that poll and for those behind with reading.
    pub(crate) encoded: Encoded,
    /// The WebSocket frames of all messages in one run, for the others, where there are many.
    pub(crate) run: Option<Bytes>,
    /// The messages for the logs of those who may miss them, where they can be missed.
    pub(crate) noted: Option<Arc<Noted>>,
}

impl Prepared {
    /// An event to many sockets.
    ///
    /// # Errors
    /// [`Error::Encode`] for a name that Socket.IO reserves.
    pub(crate) fn event(namespace: &Namespace, event: &str, args: Args, offset: Option<Offset>) -> Result<Self, Error> {
        if let Some(reserved) = RESERVED_EVENTS.into_iter().find(|reserved| *reserved == event) {
            return Err(socketio::Error::ReservedEvent(reserved).into());
        }
        let namespace = namespace.clone();
        Ok(Self { namespace, event: event.into(), args, offset, many: true, forms: Default::default() })
    }

    /// The same to one socket: no run is made that nobody else would share.
    pub(crate) fn for_one(self) -> Self {
        Self { many: false, ..self }
    }

    pub(crate) fn name(&self) -> &str {
        &self.event
    }

    pub(crate) fn args(&self) -> &Args {
        &self.args
    }

    /// Whether it is kept for those who are gone and may come back.
    pub(crate) fn may_be_missed(&self) -> bool {
        self.offset.is_some()
    }

    /// What a client of `parser` gets, with what stands behind the arguments where it may come back; encoded on first need, when
    /// `limits` tells how large it may be.
    pub(crate) fn of(
        &self,
        parser: Parser,
        kept: bool,
        limits: impl FnOnce() -> PacketLimits,
    ) -> &Result<Ready, socketio::Error> {
        let offset = self.offset.filter(|_| kept);
        self.forms[form(parser, kept)].get_or_init(|| {
            let behind = match offset {
                Some(offset) => Behind::Offset(offset),
                None if kept => Behind::without_offset(&self.args),
                None => Behind::Nothing,
            };
            let args = (&self.args, behind);
            let encoded = parser.encode_checked(&self.namespace, &self.event, args, limits()).inspect_err(|error| {
                // Who sends to one alone is told.
                if self.many {
                    tracing::warn!(event = %self.event, ?parser, %error, "event cannot be sent to clients of this parser");
                }
            })?;
            let run = self.many.then(|| ws_run(encoded.messages()));
            let noted = offset.map(|offset| Arc::new(Noted { offset, event: encoded.clone() }));
            Ok(Ready { encoded, run, noted })
        })
    }
}

/// The place of a parser's form, without and with what stands behind the arguments for those who may come back.
pub(super) fn form(parser: Parser, kept: bool) -> usize {
    usize::from(parser == Parser::MessagePack) * 2 + usize::from(kept)
}
