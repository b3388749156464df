//! The client's part of a session: it asks to join namespaces and reads the answers.

use super::{
    event::Event,
    machine::{Client, Session},
};
use crate::{Decoder, Error, Limits, Namespace, Packet, PacketKind, Parser, Value};

impl Session<Client> {
    /// A session that speaks `parser`. It has no time limit of its own for joining.
    pub fn new(limits: Limits, parser: Parser) -> Self {
        Self::with(limits.clone(), Decoder::with_parser(limits, parser), None)
    }

    /// Asks to join `namespace`, with a map as authentication where the server wants one. The answer comes as
    /// [`Event::Connected`] or [`Event::ConnectError`].
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyConnected`], [`Error::TooManyNamespaces`], [`Error::Closed`], and [`Error::InvalidData`] for
    /// authentication that is no map.
    pub fn connect(&mut self, namespace: &Namespace, auth: Option<Value>) -> Result<(), Error> {
        let packet = Packet::new(PacketKind::Connect, namespace.clone(), auth).validate()?;
        self.begin_join(namespace)?;
        if let Some(parser) = self.parser() {
            self.transmit(parser.encode(&packet));
        }
        Ok(())
    }
}

/// The server's answer to a request to join.
pub(super) fn answer(kind: PacketKind, namespace: Namespace, data: Option<Value>) -> Result<Event, Error> {
    let text = |key: &str| data.as_ref().and_then(|data| data.get(key)).and_then(Value::as_str).map(str::to_owned);
    match kind {
        PacketKind::Connect => {
            let sid = text("sid").ok_or(Error::InvalidData("connect"))?;
            Ok(Event::Connected { namespace, sid })
        }
        _ => {
            // Servers of the protocol before this one send the bare text.
            let bare = data.as_ref().and_then(Value::as_str).map(str::to_owned);
            let message = text("message").or(bare).unwrap_or_default();
            let data = data.as_ref().and_then(|data| data.get("data")).cloned();
            Ok(Event::ConnectError { namespace, message, data })
        }
    }
}
