//! The server's part of a session: it names the session, holds the client's GET until it has something to say, takes
//! POSTs one at a time and lets a WebSocket take over.

use std::time::Duration;

use super::{
    heartbeat::Heartbeat,
    machine::{Event, Server, Session, State, Upgrade},
};
use crate::{CloseReason, Codec, ErrorCode, Handshake, Packet, Revision, ServerConfig, Transport};

impl Session<Server> {
    /// Opens a session of revision 4, as [`with_codec`](Self::with_codec) does.
    pub fn new(now: Duration, config: &ServerConfig, sid: impl Into<String>, transport: Transport) -> Self {
        Self::with_codec(now, config, Codec::V4, sid, transport)
    }

    /// Opens a session named `sid` for a client that came over `transport` and speaks `codec`. The open packet is queued:
    /// a client that polls finds it with its first [`begin_poll`](Self::begin_poll), which is the handshake request itself.
    pub fn with_codec(
        now: Duration,
        config: &ServerConfig,
        codec: Codec,
        sid: impl Into<String>,
        transport: Transport,
    ) -> Self {
        let mut session = Self::with(State::Open, config.limits.clone(), transport, config.upgrade_timeout);
        session.codec = codec;
        let may_upgrade = config.allow_upgrades && transport == Transport::Polling;
        let handshake = Handshake {
            sid: sid.into(),
            upgrades: if may_upgrade { vec![Transport::WebSocket.name().into()] } else { Vec::new() },
            ping_interval: config.ping_interval,
            ping_timeout: config.ping_timeout,
            max_payload: config.limits.max_payload as u64,
        };
        session.noop_interval = config.upgrade_noop_interval;
        session.heartbeat = match codec.revision() {
            Revision::V3 => Heartbeat::answering(now, config.ping_interval, config.ping_timeout),
            Revision::V4 => Heartbeat::pinging(now, config.ping_interval, config.ping_timeout),
        };
        session.queue.push_control(Packet::Open(Box::new(handshake.clone())));
        session.handshake = Some(handshake.clone());
        session.event(Event::Opened(handshake));
        session
    }

    /// A GET has come; [`take_payload`](Self::take_payload) answers it.
    ///
    /// # Errors
    ///
    /// The answer to give instead. A second GET beside a pending one closes the session.
    pub fn begin_poll(&mut self, now: Duration) -> Result<(), ErrorCode> {
        if self.is_closed() && self.queue.is_empty() {
            return Err(ErrorCode::SessionUnknown);
        }
        if self.transport != Transport::Polling {
            return Err(ErrorCode::BadRequest);
        }
        if self.get_pending {
            self.close(now, CloseReason::TransportError);
            return Err(ErrorCode::BadRequest);
        }
        self.get_pending = true;
        self.release_poll(now);
        Ok(())
    }

    /// The body that answers the pending GET, if there is a GET and something to say. Ask after every input. The packet
    /// that ends the session comes in a body of its own, behind what was queued before.
    pub fn take_payload(&mut self) -> Option<Vec<u8>> {
        if !self.get_pending {
            return None;
        }
        if self.transport == Transport::WebSocket {
            // The client should have waited for this answer before it upgraded; what is queued is the WebSocket's.
            self.get_pending = false;
            return Some(self.codec.encode_body([&Packet::Noop]));
        }
        // Clients act on a close packet at once and on the messages of its body afterwards, when the session is over for
        // them: so it has a body of its own.
        let count = self.queue.ahead_of_close().min(self.limits.payload_packets);
        let body = self.queue.pop_payload(self.codec, usize::MAX, count)?;
        self.get_pending = false;
        Some(body)
    }

    /// A POST has come. Decode its body, hand in its packets, then call [`end_post`](Self::end_post) and answer `ok`. One that
    /// comes while the rest of a closed session waits is to be answered alike: a client whose POST fails gives up what it has not
    /// fetched.
    ///
    /// # Errors
    ///
    /// The answer to give instead. A second POST beside a pending one closes the session.
    pub fn begin_post(&mut self, now: Duration) -> Result<(), ErrorCode> {
        if self.is_closed() && self.queue.is_empty() {
            return Err(ErrorCode::SessionUnknown);
        }
        if self.transport != Transport::Polling {
            return Err(ErrorCode::BadRequest);
        }
        if self.post_pending {
            self.close(now, CloseReason::TransportError);
            return Err(ErrorCode::BadRequest);
        }
        self.post_pending = true;
        Ok(())
    }

    /// The client has given its GET up. An open session does not outlive that; of a closed one the next GET fetches the rest.
    pub fn end_poll(&mut self) {
        self.get_pending = false;
    }

    /// The POST's packets have all been handed in.
    pub fn end_post(&mut self) {
        self.post_pending = false;
    }

    /// A WebSocket has come for this session; its packets go through [`handle_packet`](Self::handle_packet), and it is
    /// to be closed when [`Event::UpgradeAborted`] says so.
    ///
    /// # Errors
    ///
    /// The answer to give instead: the session is closed, not polling, upgrading already, or may not upgrade.
    pub fn begin_upgrade(&mut self, now: Duration) -> Result<(), ErrorCode> {
        self.begin_upgrade_with(now, self.codec)
    }

    /// As [`begin_upgrade`](Self::begin_upgrade), for a WebSocket that takes binary in another form than polling does.
    ///
    /// # Errors
    ///
    /// As [`begin_upgrade`](Self::begin_upgrade), and [`ErrorCode::BadRequest`] for a codec of another revision.
    pub fn begin_upgrade_with(&mut self, now: Duration, codec: Codec) -> Result<(), ErrorCode> {
        if self.is_closed() {
            return Err(ErrorCode::SessionUnknown);
        }
        let allowed = self.handshake.as_ref().is_some_and(|handshake| !handshake.upgrades.is_empty());
        let fits = codec.revision() == self.codec.revision();
        if self.transport != Transport::Polling || self.upgrade.is_some() || !allowed || !fits {
            return Err(ErrorCode::BadRequest);
        }
        let deadline = now.saturating_add(self.upgrade_timeout);
        self.upgrade = Some(Upgrade { deadline, probed: false, next_noop: None, codec });
        Ok(())
    }
}
