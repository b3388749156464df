//! What both ends of a session share: state, queue, timers, packets in and out. Owns every transition that does not
//! depend on who accepts requests and who makes them.

use std::{collections::VecDeque, fmt, marker::PhantomData, time::Duration};

use super::{
    heartbeat::{Due, Heartbeat},
    queue::Queue,
};
use crate::{CloseReason, Codec, Error, Handshake, Limits, Message, Packet, Probe, Revision, Transport};

/// Which end of the session a machine plays.
pub trait Role: fmt::Debug + sealed::Sealed {
    /// Whether it is the server's.
    const SERVER: bool;
}

/// The end that accepts sessions and names them; of revision 4 it pings, of revision 3 it answers.
#[derive(Debug)]
pub enum Server {}
/// The end that opens sessions; of revision 4 it answers pings, of revision 3 it sends them.
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

/// What happened, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The session is open; the server's machine says so at once, the client's when the open packet has come.
    Opened(Handshake),
    /// The peer sent an application message.
    Message(Message),
    /// The session has moved from polling to WebSocket.
    Upgraded,
    /// The WebSocket that tried to take over has to be closed; the session goes on over polling.
    UpgradeAborted,
    /// The session is over. Always the last event, and always exactly one.
    Closed(CloseReason),
}

/// One end of an Engine.IO session. Opens no socket and reads no clock.
///
/// After every input call [`poll_event`](Self::poll_event), [`poll_transmit`](Self::poll_transmit) and (on polling)
/// [`take_payload`](Self::take_payload) until they have nothing more, and arm a timer for
/// [`poll_timeout`](Self::poll_timeout).
#[derive(Debug)]
pub struct Session<R: Role> {
    pub(super) state: State,
    pub(super) limits: Limits,
    /// What the open packet says; the client knows it once that packet has come.
    pub(super) handshake: Option<Handshake>,
    /// Where messages go and come from.
    pub(super) transport: Transport,
    /// How packets travel there; its revision is the session's.
    pub(super) codec: Codec,
    /// The WebSocket that is about to take over.
    pub(super) upgrade: Option<Upgrade>,
    /// How packets travel over the WebSocket that the client was changing to when the session ended.
    moving: Option<Codec>,
    pub(super) upgrade_timeout: Duration,
    pub(super) heartbeat: Heartbeat,
    pub(super) queue: Queue,
    /// Goes to the WebSocket before anything queued: a probe, its answer, or the upgrade packet.
    pub(super) probe: Option<Packet>,
    /// A GET is outstanding.
    pub(super) get_pending: bool,
    /// A POST is outstanding.
    pub(super) post_pending: bool,
    pub(super) role: PhantomData<R>,
    /// Pause between noops of an upgrade. Of use to the server only.
    pub(super) noop_interval: Duration,
    events: VecDeque<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The client waits for the open packet until the deadline.
    Opening {
        deadline: Duration,
    },
    Open,
    Closed(CloseReason),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Upgrade {
    /// When the WebSocket is given up.
    pub(super) deadline: Duration,
    /// The probe was answered: the client holds back polls, the server releases them.
    pub(super) probed: bool,
    /// When the server answers a pending poll with a noop.
    pub(super) next_noop: Option<Duration>,
    /// How packets travel over the WebSocket.
    pub(super) codec: Codec,
}

impl<R: Role> Session<R> {
    pub(super) fn with(state: State, limits: Limits, transport: Transport, upgrade_timeout: Duration) -> Self {
        Self {
            state,
            limits,
            handshake: None,
            transport,
            codec: Codec::V4,
            upgrade: None,
            moving: None,
            upgrade_timeout,
            heartbeat: Heartbeat::idle(),
            queue: Queue::default(),
            probe: None,
            get_pending: false,
            post_pending: false,
            role: PhantomData,
            noop_interval: Duration::MAX,
            events: VecDeque::new(),
        }
    }

    /// Takes a packet that came over `via`. Packets for a closed session, and from a transport that is no longer
    /// part of it, are dropped, but for what tells where the rest of a closed one goes: a client that was changing to a WebSocket
    /// has changed, or one that polls is gone.
    pub fn handle_packet(&mut self, now: Duration, via: Transport, packet: Packet) {
        if self.is_closed() {
            match (via, packet) {
                (Transport::WebSocket, Packet::Upgrade) if R::SERVER => {
                    self.move_over();
                }
                (Transport::Polling, Packet::Close) if self.transport == via => self.queue.clear(),
                _ => {}
            }
            return;
        }
        if via == Transport::WebSocket && self.upgrade.is_some() {
            return self.handle_probe_packet(now, packet);
        }
        // A POST that began before the upgrade may end behind it.
        if via != self.transport && !(via == Transport::Polling && self.post_pending) {
            return;
        }
        match packet {
            Packet::Message(message) if self.state == State::Open => self.events.push_back(Event::Message(message)),
            Packet::Close => self.finish(CloseReason::TransportClose, Packet::Noop),
            Packet::Pong(probe) if self.pings() && self.is_heartbeat(&probe) => self.heartbeat.pong_received(now),
            Packet::Ping(probe) if !self.pings() && self.state == State::Open && self.is_heartbeat(&probe) => {
                self.heartbeat.ping_received(now);
                self.queue.push_pong(probe);
            }
            Packet::Open(handshake) if !R::SERVER && self.state != State::Open => self.open(now, *handshake),
            Packet::Noop => {}
            _ => self.close(now, CloseReason::TransportError),
        }
    }

    /// Whether this end sends the heartbeat's pings; the other one answers them.
    fn pings(&self) -> bool {
        R::SERVER == (self.codec.revision() == Revision::V4)
    }

    /// Whether a ping or pong with that data is the heartbeat's. Revision 3 repeats whatever a ping carries.
    fn is_heartbeat(&self, probe: &Probe) -> bool {
        self.codec.revision() == Revision::V3 || *probe == Probe::Heartbeat
    }

    fn open(&mut self, now: Duration, handshake: Handshake) {
        self.state = State::Open;
        let (interval, timeout) = (handshake.ping_interval, handshake.ping_timeout);
        self.heartbeat = match self.pings() {
            true => Heartbeat::pinging(now, interval, timeout),
            false => Heartbeat::answering(now, interval, timeout),
        };
        self.handshake = Some(handshake.clone());
        self.events.push_back(Event::Opened(handshake));
    }

    /// Takes a packet of the WebSocket that is about to take over.
    fn handle_probe_packet(&mut self, now: Duration, packet: Packet) {
        let Some(upgrade) = &mut self.upgrade else { return };
        match packet {
            Packet::Ping(Probe::Upgrade) if R::SERVER => {
                self.probe = Some(Packet::Pong(Probe::Upgrade));
                if !upgrade.probed {
                    upgrade.probed = true;
                    upgrade.next_noop = Some(now);
                    self.release_poll(now);
                }
            }
            Packet::Upgrade if R::SERVER && upgrade.probed => self.upgraded(),
            Packet::Pong(Probe::Upgrade) if !R::SERVER => {
                upgrade.probed = true;
                self.upgrade_once_idle();
            }
            Packet::Noop => {}
            _ => self.abort_upgrade(),
        }
    }

    /// The client moves over when its last GET and POST are answered, so that no packet overtakes another.
    pub(super) fn upgrade_once_idle(&mut self) {
        let idle = !self.get_pending && !self.post_pending && !self.is_closed();
        if idle && !R::SERVER && self.upgrade.is_some_and(|upgrade| upgrade.probed) {
            self.probe = Some(Packet::Upgrade);
            self.upgraded();
        }
    }

    fn upgraded(&mut self) {
        if let Some(upgrade) = self.upgrade.take() {
            self.codec = upgrade.codec;
        }
        self.transport = Transport::WebSocket;
        self.events.push_back(Event::Upgraded);
    }

    fn abort_upgrade(&mut self) {
        if self.upgrade.take().is_some() {
            self.probe = None;
            self.events.push_back(Event::UpgradeAborted);
        }
    }

    /// Tells the machine that what came over `via` was no packet: the session closes with
    /// [`CloseReason::ParseError`], or the upgrade is aborted where it came over the WebSocket that probes.
    pub fn handle_invalid(&mut self, now: Duration, via: Transport) {
        if via == Transport::WebSocket && self.upgrade.is_some() {
            self.abort_upgrade();
        } else if via == self.transport || self.post_pending {
            self.close(now, CloseReason::ParseError);
        }
    }

    /// Tells the machine that the socket, GET or POST of `via` ended against its will; `error` distinguishes failure
    /// from an orderly close by the peer.
    pub fn handle_transport_lost(&mut self, now: Duration, via: Transport, error: bool) {
        if via == Transport::WebSocket && self.upgrade.is_some() {
            self.abort_upgrade();
        } else if via == self.transport {
            self.close(now, if error { CloseReason::TransportError } else { CloseReason::TransportClose });
        }
    }

    /// Queues a message. Its bytes are shared, never copied.
    ///
    /// # Errors
    ///
    /// [`Error::QueueFull`] when it does not fit into the bounded queue, which is unchanged then; whether the session
    /// is closed for it, with [`CloseReason::QueueFull`], is up to the caller. [`Error::Closed`] after the end.
    pub fn send(&mut self, message: Message) -> Result<(), Error> {
        if self.is_closed() {
            return Err(Error::Closed);
        }
        self.queue.push_message(message, &self.limits)
    }

    /// Closes the session from this end. With a reason that [drains](CloseReason::drains) what is queued can still be
    /// taken with [`poll_transmit`](Self::poll_transmit) or [`take_payload`](Self::take_payload); else it is dropped.
    pub fn close(&mut self, _now: Duration, reason: CloseReason) {
        self.finish(reason, Packet::Close);
    }

    /// `last` is what a pending poll is told.
    fn finish(&mut self, reason: CloseReason, last: Packet) {
        if self.is_closed() {
            return;
        }
        self.moving = self.upgrade.filter(|upgrade| upgrade.probed && reason.drains()).map(|upgrade| upgrade.codec);
        self.abort_upgrade();
        self.state = State::Closed(reason);
        self.heartbeat.stop();
        if !reason.drains() {
            self.queue.clear();
            self.probe = None;
        }
        // Over WebSocket the end of the socket says enough; a poll has to be told.
        let peer_asks = R::SERVER && self.get_pending;
        if self.transport == Transport::Polling && (reason.drains() || peer_asks) {
            self.queue.push_control(last);
        }
        self.events.push_back(Event::Closed(reason));
    }

    /// The session has ended while its client was changing to a WebSocket, and the client has told there that it has changed: what is
    /// queued leaves over the WebSocket now. False when there was no such change under way.
    pub fn move_over(&mut self) -> bool {
        let Some(codec) = self.moving.take() else { return false };
        (self.codec, self.transport) = (codec, Transport::WebSocket);
        true
    }

    /// The next event, oldest first.
    pub fn poll_event(&mut self) -> Option<Event> {
        let event = self.events.pop_front();
        if self.events.is_empty() {
            // Most sessions are idle most of the time.
            self.events = VecDeque::new();
        }
        event
    }

    /// The next packet to write to the WebSocket, be it the session's or the one that probes. [`Transport::Polling`]
    /// has nothing here; its packets leave in bodies.
    pub fn poll_transmit(&mut self, via: Transport) -> Option<Packet> {
        if via == Transport::Polling {
            return None;
        }
        if let Some(packet) = self.probe.take() {
            return Some(packet);
        }
        if self.transport == via { self.queue.pop() } else { None }
    }

    /// The absolute time at which [`handle_timeout`](Self::handle_timeout) wants to be called.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let opening = match self.state {
            State::Opening { deadline } => Some(deadline),
            State::Open => None,
            State::Closed(_) => return None,
        };
        let upgrade = self.upgrade.map(|upgrade| upgrade.deadline);
        // As in `release_poll`: what waits already needs no noop.
        let noop =
            self.upgrade.and_then(|upgrade| upgrade.next_noop).filter(|_| self.get_pending && self.queue.is_empty());
        [opening, upgrade, noop, self.heartbeat.deadline()].into_iter().flatten().min()
    }

    /// Does what is due at `now`; calling it early or late is harmless.
    pub fn handle_timeout(&mut self, now: Duration) {
        match self.state {
            State::Closed(_) => return,
            State::Opening { deadline } if now >= deadline => return self.close(now, CloseReason::TransportError),
            _ => {}
        }
        if self.upgrade.is_some_and(|upgrade| now >= upgrade.deadline) {
            self.abort_upgrade();
        }
        self.release_poll(now);
        match self.heartbeat.handle_timeout(now) {
            Some(Due::Ping) => self.queue.push_control(Packet::Ping(Probe::Heartbeat)),
            Some(Due::TimedOut) => self.close(now, CloseReason::PingTimeout),
            None => {}
        }
    }

    /// Answers a pending poll with a noop where an upgrade waits for it and nothing else will.
    pub(super) fn release_poll(&mut self, now: Duration) {
        if let Some(upgrade) = &mut self.upgrade
            && self.get_pending
            && self.queue.is_empty()
            && upgrade.next_noop.is_some_and(|at| now >= at)
        {
            upgrade.next_noop = Some(now.saturating_add(self.noop_interval));
            self.queue.push_control(Packet::Noop);
        }
    }

    /// Whether the caller may write frames of its own to the WebSocket right now: the session is open on it and
    /// nothing it has queued would be overtaken.
    pub fn can_write_through(&self) -> bool {
        self.is_open() && self.transport == Transport::WebSocket && self.probe.is_none() && self.queue.is_empty()
    }

    /// Whether the queue takes a message of `len` bytes where `more` bytes count beside what is in it.
    pub fn takes(&self, len: usize, more: usize) -> bool {
        let bytes = self.queue.bytes().saturating_add(len).saturating_add(more).saturating_add(Limits::PACKET_COST);
        self.queue.len() < self.limits.queue_packets && bytes <= self.limits.queue_bytes
    }

    /// Bytes waiting to be sent, each packet with [`Limits::PACKET_COST`].
    pub fn queued_bytes(&self) -> usize {
        self.queue.bytes()
    }

    /// Packets waiting to be sent.
    pub fn queued_packets(&self) -> usize {
        self.queue.len()
    }

    /// Where messages go and come from.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// How packets travel over `via`, which may also be the WebSocket that probes.
    pub fn codec(&self, via: Transport) -> Codec {
        match self.upgrade {
            Some(upgrade) if via == Transport::WebSocket => upgrade.codec,
            _ => self.codec,
        }
    }

    /// The revision of the protocol.
    pub fn revision(&self) -> Revision {
        self.codec.revision()
    }

    /// The session id; empty until the client has the open packet.
    pub fn sid(&self) -> &str {
        self.handshake.as_ref().map_or("", |handshake| &handshake.sid)
    }

    /// What the open packet says; the client knows it once that packet has come.
    pub fn handshake(&self) -> Option<&Handshake> {
        self.handshake.as_ref()
    }

    /// Whether messages flow.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether a WebSocket is probing to take over.
    pub fn is_upgrading(&self) -> bool {
        self.upgrade.is_some()
    }

    /// Whether the session is over.
    pub fn is_closed(&self) -> bool {
        self.close_reason().is_some()
    }

    /// Why the session is over.
    pub fn close_reason(&self) -> Option<CloseReason> {
        match self.state {
            State::Closed(reason) => Some(reason),
            _ => None,
        }
    }

    /// Round trip of the newest answered ping. Only the end that pings measures it.
    pub fn rtt(&self) -> Option<Duration> {
        self.heartbeat.rtt()
    }

    pub(super) fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }
}
