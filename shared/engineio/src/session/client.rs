//! The client's part of a session: it waits for the open packet, keeps one GET and at most one POST under way, and
//! moves to a WebSocket.

use std::time::Duration;

use super::machine::{Client, Session, State, Upgrade};
use crate::{ClientConfig, ErrorCode, Packet, Probe, Transport};

impl Session<Client> {
    /// Begins a session over `transport`. Over polling the handshake request is the first poll.
    pub fn new(now: Duration, config: &ClientConfig, transport: Transport) -> Self {
        let deadline = now.saturating_add(config.open_timeout);
        let mut session =
            Self::with(State::Opening { deadline }, config.limits.clone(), transport, config.upgrade_timeout);
        session.codec = config.codec;
        session
    }

    /// Whether a GET should be made now: none is under way and the session polls.
    pub fn wants_poll(&self) -> bool {
        !self.get_pending && !self.is_closed() && self.polls()
    }

    /// Polling, and not held back by an upgrade.
    fn polls(&self) -> bool {
        self.transport == Transport::Polling && !self.upgrade.is_some_and(|upgrade| upgrade.probed)
    }

    /// A GET is under way.
    pub fn begin_poll(&mut self) {
        self.get_pending = true;
    }

    /// The GET is answered and all packets of its body are handed in.
    pub fn end_poll(&mut self) {
        self.get_pending = false;
        self.upgrade_once_idle();
    }

    /// The body of the POST to make now, if none is under way and there is something to say; the POST counts as under
    /// way from here. After [`close`](Self::close) the last body tells the server.
    pub fn take_payload(&mut self) -> Option<Vec<u8>> {
        if self.post_pending || !self.polls() || matches!(self.state, State::Opening { .. }) {
            return None;
        }
        let max = self.handshake.as_ref().map_or(u64::MAX, |handshake| handshake.max_payload);
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let body = self.queue.pop_payload(self.codec, max, self.limits.payload_packets)?;
        self.post_pending = true;
        Some(body)
    }

    /// The POST is answered.
    pub fn end_post(&mut self) {
        self.post_pending = false;
        self.upgrade_once_idle();
    }

    /// A WebSocket for this session is open; the machine probes it and moves over.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::BadRequest`] when the session is not open over polling, upgrades already, or the server does not
    /// offer it.
    pub fn begin_upgrade(&mut self, now: Duration) -> Result<(), ErrorCode> {
        let name = Transport::WebSocket.name();
        let offered = self.handshake.as_ref().is_some_and(|handshake| handshake.upgrades.iter().any(|it| it == name));
        if !self.is_open() || self.transport != Transport::Polling || self.upgrade.is_some() || !offered {
            return Err(ErrorCode::BadRequest);
        }
        let deadline = now.saturating_add(self.upgrade_timeout);
        self.upgrade = Some(Upgrade { deadline, probed: false, next_noop: None, codec: self.codec });
        self.probe = Some(Packet::Ping(Probe::Upgrade));
        Ok(())
    }
}
