//! The client's part of a session: it asks to join namespaces and reads the answers.

use super::machine::{Client, Session};
use crate::{Decoder, Error, Limits, Namespace, Packet, PacketKind, Parser, Value};

impl Session<Client> {
    /// A session that speaks `parser`. It has no time limit of its own for joining.
    pub fn new(limits: Limits, parser: Parser) -> Self {
        Self::with(limits.clone(), Decoder::with_parser(limits, parser), None)
    }

    /// Asks to join `namespace`, with a map as authentication where the server wants one. The answer comes as
    /// [`Event::Connected`](super::Event::Connected) or [`Event::ConnectError`](super::Event::ConnectError).
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
