//! What both ends of a session share: namespaces, events and acknowledgements, messages in and out, timers.

use std::{collections::VecDeque, fmt, marker::PhantomData, time::Duration};

use engineio::{CloseReason, Message};

use super::{
    acks::{AckId, AckIds, AckTable, AckToken, Settled},
    answer,
    event::Event,
};
use crate::{
    AckFailure, Args, Behind, Decoder, DisconnectReason, Encoded, Error, Limits, Namespace, Packet, PacketKind, Parser,
    Value,
    packet::{EventParts, check_event_name},
    protocol::{self, Protocol},
};

/// Which end of the session a machine plays.
pub trait Role: fmt::Debug + sealed::Sealed {
    /// Whether it is the server's.
    const SERVER: bool;
}

/// The end that is asked to join and decides.
#[derive(Debug)]
pub enum Server {}
/// The end that asks to join.
#[derive(Debug)]
pub enum Client {}

impl Role for Server {
    const SERVER: bool = true;
}
impl Role for Client {
    const SERVER: bool = false;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Server {}
    impl Sealed for super::Client {}
}

/// One end of a Socket.IO session over one Engine.IO session. Opens no socket and reads no clock.
///
/// After every call take what [`poll_transmit`](Self::poll_transmit) and [`poll_event`](Self::poll_event) have, and arm a
/// timer for [`poll_timeout`](Self::poll_timeout). Output is not bounded here: it is to be moved into the Engine.IO
/// session's bounded queue at once.
#[derive(Debug)]
pub struct Session<R: Role> {
    pub(super) limits: Limits,
    /// The client's end speaks revision 5 only.
    pub(super) protocol: Protocol,
    decoder: Decoder,
    /// Few, so a list is searched faster than a map.
    pub(super) entries: Vec<Entry>,
    /// Namespaces that this end has left and whose peer may not know yet, the one left last at the end: what still comes for
    /// them is dropped. Nobody says when the peer knows, so there are at most as many as it may join.
    left: Vec<Namespace>,
    /// How often a namespace was joined, whichever.
    joinings: u32,
    /// Numbers the acknowledgements awaited in all namespaces.
    ack_ids: AckIds,
    /// Until when a first namespace has to be joined.
    pub(super) connect_deadline: Option<Duration>,
    /// Until when the attachments of the current packet have to be there.
    attachment_deadline: Option<Duration>,
    transmit: VecDeque<Message>,
    events: VecDeque<Event>,
    closed: bool,
    role: PhantomData<R>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) namespace: Namespace,
    pub(super) link: Link,
    /// Which of the session's joinings this is.
    epoch: u32,
    acks: AckTable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Asked for, not answered.
    Connecting,
    /// Joined.
    Connected,
}

impl<R: Role> Session<R> {
    pub(super) fn with(limits: Limits, decoder: Decoder, connect_deadline: Option<Duration>) -> Self {
        Self {
            limits,
            protocol: Protocol::V5,
            decoder,
            entries: Vec::new(),
            left: Vec::new(),
            joinings: 0,
            ack_ids: AckIds::default(),
            connect_deadline,
            attachment_deadline: None,
            transmit: VecDeque::new(),
            events: VecDeque::new(),
            closed: false,
            role: PhantomData,
        }
    }

    /// The same session, whose acknowledgements are numbered by `ids`, which others share. One that is not told has its own.
    pub fn with_ack_ids(mut self, ids: AckIds) -> Self {
        self.ack_ids = ids;
        self
    }

    /// Takes a message of the Engine.IO session.
    ///
    /// # Errors
    ///
    /// When the message breaks the protocol or a limit. The session is over then, its namespaces are left with
    /// [`Error::disconnect_reason`], and the Engine.IO session is to be closed with [`CloseReason::ForcedClose`].
    pub fn handle_message(&mut self, now: Duration, message: Message) -> Result<(), Error> {
        if self.closed {
            return Err(Error::Closed);
        }
        if self.protocol == Protocol::V4
            && let Some((namespace, parameters)) = self.request_to_join(&message).or_else(|error| self.fail(error))?
        {
            return self.peer_asks_to_join(namespace, Some(parameters)).or_else(|error| self.fail(error));
        }
        let packet = self.decoder.decode(message).or_else(|error| self.fail(error))?;
        self.attachment_deadline = match self.decoder.missing_attachments() {
            0 => None,
            _ => self.attachment_deadline.or(Some(now.saturating_add(self.limits.attachment_timeout))),
        };
        match packet {
            Some(packet) => self.handle_packet(packet).or_else(|error| self.fail(error)),
            None => Ok(()),
        }
    }

    /// What a request to join of revision 4 asks for; nothing for any other message.
    fn request_to_join(&self, message: &Message) -> Result<Option<(Namespace, Value)>, Error> {
        match message {
            Message::Text(text) if self.decoder.missing_attachments() == 0 => protocol::connect(text, &self.limits),
            _ => Ok(None),
        }
    }

    fn handle_packet(&mut self, packet: Packet) -> Result<(), Error> {
        let Packet { kind, namespace, id, data } = packet;
        match kind {
            PacketKind::Connect if R::SERVER => return self.peer_asks_to_join(namespace, data),
            PacketKind::Connect | PacketKind::ConnectError => return self.peer_answers(kind, namespace, data),
            PacketKind::Disconnect | PacketKind::Event | PacketKind::Ack => {}
        }
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.namespace == namespace) else {
            return self.handle_late(kind, namespace);
        };
        match (kind, entry.link) {
            (PacketKind::Disconnect, Link::Connected) => {
                self.leave(
                    &namespace,
                    match R::SERVER {
                        true => DisconnectReason::ClientNamespaceDisconnect,
                        false => DisconnectReason::ServerNamespaceDisconnect,
                    },
                );
            }
            (PacketKind::Disconnect, Link::Connecting) => {
                self.entries.retain(|entry| entry.namespace != namespace);
                if R::SERVER {
                    self.withdraw(namespace);
                }
            }
            // What a server sent before it heard of the new request belongs to the joining before.
            (_, Link::Connecting) if !R::SERVER => {}
            (_, Link::Connecting) => return Err(Error::NotConnected(namespace)),
            (PacketKind::Event, Link::Connected) => {
                let Some(Value::Array(mut args)) = data else { return Err(Error::InvalidData("event")) };
                if args.is_empty() {
                    return Err(Error::InvalidData("event"));
                }
                let Value::Str(name) = args.remove(0) else { return Err(Error::InvalidEventName) };
                let ack = id.map(|id| AckToken { namespace: namespace.clone(), id, epoch: entry.epoch });
                self.events.push_back(Event::Event { namespace, name, args: args.into(), ack });
            }
            (_, Link::Connected) => {
                let Some(Value::Array(args)) = data else { return Err(Error::InvalidData("ack")) };
                self.events.extend(match (id, id.map(|id| entry.acks.settle(&self.ack_ids, id))) {
                    (Some(id), Some(Settled::Awaited)) => {
                        Some(Event::Ack { namespace, id: AckId(id), args: args.into() })
                    }
                    (_, Some(Settled::Late)) => None,
                    (id, _) => Some(Event::StrayAck { namespace, id }),
                });
            }
        }
        Ok(())
    }

    /// A packet for a namespace that is not joined: it was sent before the peer heard that this end has left, or is an error.
    fn handle_late(&mut self, kind: PacketKind, namespace: Namespace) -> Result<(), Error> {
        let Some(at) = self.left.iter().position(|left| *left == namespace) else {
            return Err(Error::NotConnected(namespace));
        };
        if kind == PacketKind::Disconnect {
            // Nothing follows it.
            self.left.remove(at);
        }
        Ok(())
    }

    /// Ends the session for an error of the peer.
    fn fail<T>(&mut self, error: Error) -> Result<T, Error> {
        self.end(error.disconnect_reason());
        Err(error)
    }

    /// Tells the machine that the Engine.IO session is over: every namespace is left, every acknowledgement released.
    pub fn handle_closed(&mut self, reason: CloseReason) {
        self.end(DisconnectReason::Connection(reason));
    }

    fn end(&mut self, reason: DisconnectReason) {
        if self.closed {
            return;
        }
        self.closed = true;
        self.connect_deadline = None;
        self.attachment_deadline = None;
        self.transmit.clear();
        self.left = Vec::new();
        while let Some(namespace) = self.entries.first().map(|entry| entry.namespace.clone()) {
            self.leave(&namespace, reason);
        }
    }

    /// Takes a namespace out, and tells the application where it was joined.
    fn leave(&mut self, namespace: &Namespace, reason: DisconnectReason) {
        let Some(at) = self.entries.iter().position(|entry| entry.namespace == *namespace) else { return };
        let mut entry = self.entries.remove(at);
        if entry.link != Link::Connected {
            return;
        }
        for id in entry.acks.release() {
            let namespace = namespace.clone();
            self.events.push_back(Event::AckFailed { namespace, id, failure: AckFailure::Disconnected });
        }
        self.events.push_back(Event::Disconnected { namespace: namespace.clone(), reason });
    }

    /// Emits an event.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnected`], [`Error::ReservedEvent`] or [`Error::PacketTooLarge`]; for the JSON parser also
    /// [`Error::TooManyAttachments`], since the peer would refuse it.
    pub fn emit(&mut self, namespace: &Namespace, name: &str, args: Args) -> Result<(), Error> {
        let (parser, _) = self.connected(namespace)?;
        let encoded = self.encode_event(parser, namespace, name, &args, None)?;
        self.transmit(encoded);
        Ok(())
    }

    /// Emits an event and awaits the peer's answer, for ever or for `timeout`. It comes as [`Event::Ack`] or
    /// [`Event::AckFailed`], exactly one of them. An answer to an earlier question, of this session or another of the same
    /// [`AckIds`], is never taken for it.
    ///
    /// # Errors
    ///
    /// As [`emit`](Self::emit), and [`Error::TooManyAcks`].
    pub fn emit_with_ack(
        &mut self,
        now: Duration,
        namespace: &Namespace,
        name: &str,
        args: Args,
        timeout: Option<Duration>,
    ) -> Result<AckId, Error> {
        let limit = self.limits.outstanding_acks;
        if self.entries.iter().map(|entry| entry.acks.len()).sum::<usize>() >= limit {
            return Err(Error::TooManyAcks { limit });
        }
        check_event_name(name)?;
        let ids = self.ack_ids.clone();
        let (parser, entry) = self.connected(namespace)?;
        let id = entry.acks.open(&ids, timeout.map(|timeout| now.saturating_add(timeout)));
        match self.encode_event(parser, namespace, name, &args, Some(id.0)) {
            Ok(encoded) => {
                self.transmit(encoded);
                Ok(id)
            }
            Err(error) => {
                self.connected(namespace)?.1.acks.settle(&ids, id.0);
                Err(error)
            }
        }
    }

    /// Sends an event that was encoded before with this session's [`parser`](Self::parser), for one or many receivers.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnected`].
    pub fn emit_encoded(&mut self, namespace: &Namespace, event: &Encoded) -> Result<(), Error> {
        self.connected(namespace)?;
        self.transmit.extend(event.messages());
        Ok(())
    }

    /// Answers an event of the peer.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnected`] when the namespace has been left since; [`Error::PacketTooLarge`] and
    /// [`Error::TooManyAttachments`] as for [`emit`](Self::emit).
    pub fn ack(&mut self, token: AckToken, args: Args) -> Result<(), Error> {
        let AckToken { namespace, id, epoch } = token;
        let (parser, entry) = self.connected(&namespace)?;
        if entry.epoch != epoch {
            return Err(Error::NotConnected(namespace));
        }
        let (limits, (attachments, binary)) = (self.limits.packet(), parser.binaries(args.as_slice()));
        limits.check(attachments, binary)?;
        let data = Some(Value::Array(args.into_values()));
        let encoded = parser.encode(&Packet { kind: PacketKind::Ack, namespace, id: Some(id), data });
        encoded.check(limits)?;
        self.transmit(encoded);
        Ok(())
    }

    /// Leaves a namespace and tells the peer. The connection stays open.
    ///
    /// # Errors
    ///
    /// [`Error::NotConnected`].
    pub fn disconnect(&mut self, namespace: &Namespace) -> Result<(), Error> {
        let parser = self.connected(namespace)?.0;
        self.transmit(parser.encode(&Packet::new(PacketKind::Disconnect, namespace.clone(), None)));
        self.leave(
            namespace,
            match R::SERVER {
                true => DisconnectReason::ServerNamespaceDisconnect,
                false => DisconnectReason::ClientNamespaceDisconnect,
            },
        );
        self.left.push(namespace.clone());
        if self.left.len() > self.limits.namespaces {
            self.left.remove(0);
        }
        Ok(())
    }

    fn encode_event(
        &self,
        parser: Parser,
        namespace: &Namespace,
        name: &str,
        args: &Args,
        id: Option<u64>,
    ) -> Result<Encoded, Error> {
        let event = EventParts { namespace, name, args: args.as_slice(), behind: Behind::Nothing, id };
        parser.encode_within(&event, self.limits.packet())
    }

    fn connected(&mut self, namespace: &Namespace) -> Result<(Parser, &mut Entry), Error> {
        let connected = |entry: &&mut Entry| entry.link == Link::Connected && entry.namespace == *namespace;
        match (self.decoder.parser(), self.entries.iter_mut().find(connected)) {
            (Some(parser), Some(entry)) => Ok((parser, entry)),
            _ => Err(Error::NotConnected(namespace.clone())),
        }
    }

    /// The next event, oldest first.
    pub fn poll_event(&mut self) -> Option<Event> {
        pop_and_free(&mut self.events)
    }

    /// The next message for the Engine.IO session. The messages of one packet must not be parted by others.
    pub fn poll_transmit(&mut self) -> Option<Message> {
        pop_and_free(&mut self.transmit)
    }

    /// Whether [`poll_transmit`](Self::poll_transmit) has a message.
    pub fn has_output(&self) -> bool {
        !self.transmit.is_empty()
    }

    /// The absolute time at which [`handle_timeout`](Self::handle_timeout) wants to be called.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let acks = self.entries.iter().filter_map(|entry| entry.acks.deadline()).min();
        [acks, self.connect_deadline, self.attachment_deadline].into_iter().flatten().min()
    }

    /// Does what is due at `now`; calling it early or late is harmless.
    ///
    /// # Errors
    ///
    /// [`Error::ConnectTimeout`] or [`Error::AttachmentsWithheld`], with the same consequences as those of
    /// [`handle_message`](Self::handle_message).
    pub fn handle_timeout(&mut self, now: Duration) -> Result<(), Error> {
        for entry in &mut self.entries {
            while let Some(id) = entry.acks.expire(now) {
                let namespace = entry.namespace.clone();
                self.events.push_back(Event::AckFailed { namespace, id, failure: AckFailure::Timeout });
            }
        }
        if self.connect_deadline.is_some_and(|at| at <= now) {
            return self.fail(Error::ConnectTimeout);
        }
        if self.attachment_deadline.is_some_and(|at| at <= now) {
            return self.fail(Error::AttachmentsWithheld { missing: self.decoder.missing_attachments() });
        }
        Ok(())
    }

    /// The connection's parser; a server knows it once the first message has come.
    pub fn parser(&self) -> Option<Parser> {
        self.decoder.parser()
    }

    /// The revision of the protocol.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The joined namespaces.
    pub fn namespaces(&self) -> impl Iterator<Item = &Namespace> {
        self.entries.iter().filter(|entry| entry.link == Link::Connected).map(|entry| &entry.namespace)
    }

    /// Whether `namespace` is joined.
    pub fn is_connected(&self, namespace: &Namespace) -> bool {
        self.namespaces().any(|joined| joined == namespace)
    }

    /// Whether a request to join `namespace` is not answered yet.
    pub fn is_connecting(&self, namespace: &Namespace) -> bool {
        self.entries.iter().any(|entry| entry.link == Link::Connecting && entry.namespace == *namespace)
    }

    /// Whether the session is over.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn transmit(&mut self, encoded: Encoded) {
        self.transmit.extend(encoded.messages());
    }

    pub(super) fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Notes a request to join that is on its way or has come.
    pub(super) fn begin_join(&mut self, namespace: &Namespace) -> Result<(), Error> {
        if self.closed {
            return Err(Error::Closed);
        }
        let limit = self.limits.namespaces;
        if self.entries.iter().any(|entry| entry.namespace == *namespace) {
            return Err(Error::AlreadyConnected(namespace.clone()));
        }
        if self.entries.len() >= limit {
            return Err(Error::TooManyNamespaces { limit });
        }
        // Who asks for it again knows.
        self.left.retain(|left| left != namespace);
        // Most clients join one.
        self.entries.reserve_exact(1);
        self.entries.push(Entry {
            namespace: namespace.clone(),
            link: Link::Connecting,
            epoch: 0,
            acks: AckTable::default(),
        });
        Ok(())
    }

    /// Ends an outstanding request to join, well or not.
    pub(super) fn end_join(&mut self, namespace: &Namespace, joined: bool) -> Result<(), Error> {
        let connecting = |entry: &Entry| entry.link == Link::Connecting && entry.namespace == *namespace;
        let Some(index) = self.entries.iter().position(connecting) else {
            return Err(Error::NotConnecting(namespace.clone()));
        };
        if joined {
            self.joinings = self.joinings.wrapping_add(1);
            let entry = &mut self.entries[index];
            (entry.link, entry.epoch) = (Link::Connected, self.joinings);
        } else {
            self.entries.swap_remove(index);
        }
        Ok(())
    }

    /// To a server: the client asks to join, which is refused right here where it is in as many namespaces as it may be.
    fn peer_asks_to_join(&mut self, namespace: Namespace, auth: Option<Value>) -> Result<(), Error> {
        match self.begin_join(&namespace) {
            Ok(()) => self.event(Event::Connecting { namespace, auth }),
            Err(error @ Error::TooManyNamespaces { .. }) => self.tell_refusal(&namespace, &error.to_string(), None),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// To a server: the client takes its request to join back. An application that has not heard of it never does.
    fn withdraw(&mut self, namespace: Namespace) {
        let asks = |event: &Event| matches!(event, Event::Connecting { namespace: asked, .. } if *asked == namespace);
        match self.events.iter().rposition(asks) {
            Some(at) => drop(self.events.remove(at)),
            None => self.event(Event::Withdrawn { namespace }),
        }
    }

    /// To a client, or a server that is taken for one: the answer to a request to join.
    fn peer_answers(&mut self, kind: PacketKind, namespace: Namespace, data: Option<Value>) -> Result<(), Error> {
        if R::SERVER {
            return Err(Error::UnexpectedPacket(kind.name()));
        }
        let event = answer::read(kind, namespace.clone(), data)?;
        let joined = matches!(event, Event::Connected { .. });
        self.end_join(&namespace, joined).map_err(|_| Error::UnexpectedPacket(kind.name()))?;
        self.event(event);
        Ok(())
    }
}

/// Takes the first element, and gives the memory back with the last one: most connections are idle most of the time.
fn pop_and_free<T>(queue: &mut VecDeque<T>) -> Option<T> {
    let first = queue.pop_front();
    if queue.is_empty() {
        *queue = VecDeque::new();
    }
    first
}
