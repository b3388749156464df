//! The server's part of a session: it lets clients join namespaces or refuses them.

use std::time::Duration;

use super::machine::{Server, Session};
use crate::{Decoder, Error, Limits, Namespace, Packet, PacketKind, Value};

impl Session<Server> {
    /// What clients are told that ask for a namespace there is not.
    pub const INVALID_NAMESPACE: &str = "Invalid namespace";

    /// A session of a new connection. Its parser is recognised by the first message.
    pub fn new(now: Duration, limits: Limits) -> Self {
        let deadline = now.saturating_add(limits.connect_timeout);
        Self::with(limits.clone(), Decoder::new(limits), Some(deadline))
    }

    /// Lets the client join: answers [`Event::Connecting`](super::Event::Connecting). `sid` is the socket's id in this
    /// namespace, as the client will know it.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnecting`] when no request is outstanding, say because the client has gone.
    pub fn accept(&mut self, namespace: &Namespace, sid: &str) -> Result<(), Error> {
        self.end_join(namespace, true)?;
        self.connect_deadline = None;
        let data = Value::Map(vec![("sid".into(), sid.into())]);
        self.answer(PacketKind::Connect, namespace, data);
        Ok(())
    }

    /// Refuses the client: answers [`Event::Connecting`](super::Event::Connecting).
    ///
    /// # Errors
    ///
    /// [`Error::NotConnecting`] when no request is outstanding.
    pub fn refuse(&mut self, namespace: &Namespace, message: &str, data: Option<Value>) -> Result<(), Error> {
        self.end_join(namespace, false)?;
        let mut pairs = vec![("message".into(), message.into())];
        pairs.extend(data.map(|data| ("data".into(), data)));
        self.answer(PacketKind::ConnectError, namespace, Value::Map(pairs));
        Ok(())
    }

    fn answer(&mut self, kind: PacketKind, namespace: &Namespace, data: Value) {
        if let Some(parser) = self.parser() {
            self.transmit(parser.encode(&Packet::new(kind, namespace.clone(), Some(data))));
        }
    }
}
