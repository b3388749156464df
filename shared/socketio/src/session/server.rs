//! The server's part of a session: it lets clients join namespaces or refuses them.

use std::time::Duration;

use super::{
    event::Event,
    machine::{Role, Server, Session},
};
use crate::{Decoder, Encoded, Error, Limits, Namespace, Packet, PacketKind, Parser, Protocol, Value};

/// What clients are told where there is no place for why.
const REFUSED: &str = "refused";

impl Session<Server> {
    /// What clients are told that ask for a namespace there is not.
    pub const INVALID_NAMESPACE: &str = "Invalid namespace";

    /// A session of a new connection. Its parser is recognised by the first message.
    pub fn new(now: Duration, limits: Limits) -> Self {
        let deadline = now.saturating_add(limits.connect_timeout);
        Self::with(limits.clone(), Decoder::new(limits), Some(deadline))
    }

    /// A session of a new connection whose client speaks protocol 4. Such a client is in the main namespace without asking:
    /// the [`Event::Connecting`](super::Event::Connecting) for it is there at once. What it sends along with its request for
    /// another one are parameters, a map of texts; it may be empty. It speaks JSON, as the server writes first.
    pub fn with_protocol_4(now: Duration, limits: Limits) -> Self {
        let deadline = now.saturating_add(limits.connect_timeout);
        let mut session = Self::with(limits.clone(), Decoder::with_parser(limits, Parser::Json), Some(deadline));
        session.protocol = Protocol::V4;
        // Only a bound of no namespaces at all is in the way.
        if session.begin_join(&Namespace::ROOT).is_ok() {
            session.event(Event::Connecting { namespace: Namespace::ROOT, auth: Some(Value::Map(Vec::new())) });
        }
        session
    }

    /// Lets the client join: answers [`Event::Connecting`](super::Event::Connecting). `sid` is the socket's id in this
    /// namespace, as the client will know it. Of protocol 4 the client is told none: it takes the Engine.IO session's,
    /// behind the namespace and `#` where that is not the main one.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnecting`] when no request is outstanding, say because the client has gone.
    pub fn accept(&mut self, namespace: &Namespace, sid: &str) -> Result<(), Error> {
        self.accept_with(namespace, sid, None, &[])
    }

    /// The same for a client that may come back: `pid` is the private id by which it then names what it had, and `missed` what
    /// it has to hear first when it has come back.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn accept_with(
        &mut self,
        namespace: &Namespace,
        sid: &str,
        pid: Option<&str>,
        missed: &[Encoded],
    ) -> Result<(), Error> {
        self.end_join(namespace, true)?;
        self.connect_deadline = None;
        let data = match self.protocol {
            Protocol::V4 => None,
            Protocol::V5 => {
                let mut pairs = vec![("sid".into(), sid.into())];
                pairs.extend(pid.map(|pid| ("pid".into(), pid.into())));
                Some(Value::Map(pairs))
            }
        };
        missed.iter().for_each(|event| self.transmit(event.clone()));
        self.answer(PacketKind::Connect, namespace, data);
        Ok(())
    }

    /// Refuses the client: answers [`Event::Connecting`](super::Event::Connecting). Of protocol 4 the client is told `data`
    /// where that is a text that is not empty, a list or a map, as its parser wants, and else `message`.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnecting`] when no request is outstanding.
    pub fn refuse(&mut self, namespace: &Namespace, message: &str, data: Option<Value>) -> Result<(), Error> {
        self.end_join(namespace, false)?;
        self.tell_refusal(namespace, message, data);
        Ok(())
    }
}

/// For the server only; the machine calls it before it asks the application.
impl<R: Role> Session<R> {
    /// Tells the client that it is refused.
    pub(super) fn tell_refusal(&mut self, namespace: &Namespace, message: &str, data: Option<Value>) {
        // Of what no queue would take the client is told less, as it has to be told.
        for (message, data) in [(message, data), (message, None), (REFUSED, None)] {
            let told = match (self.protocol, data) {
                (Protocol::V4, Some(data)) if is_tellable(&data) => data,
                // The reference server says this one the same way in both.
                (Protocol::V4, _) if message != Session::INVALID_NAMESPACE => message.into(),
                (_, data) => {
                    let mut pairs = vec![("message".into(), message.into())];
                    pairs.extend(data.map(|data| ("data".into(), data)));
                    Value::Map(pairs)
                }
            };
            if self.answer(PacketKind::ConnectError, namespace, Some(told)) {
                break;
            }
        }
    }

    /// False when no queue would take it.
    fn answer(&mut self, kind: PacketKind, namespace: &Namespace, data: Option<Value>) -> bool {
        let Some(parser) = self.parser() else { return true };
        let encoded = parser.encode(&Packet::new(kind, namespace.clone(), data));
        let fits = encoded.check(self.limits.packet()).is_ok();
        if fits {
            self.transmit(encoded);
        }
        fits
    }
}

/// Whether a client of protocol 4 takes `data` as the cause of a refusal.
fn is_tellable(data: &Value) -> bool {
    match data {
        Value::Str(text) => !text.is_empty(),
        Value::Array(_) | Value::Map(_) => true,
        _ => false,
    }
}
