//! One connection without its sockets: the Engine.IO and the Socket.IO machine in the client role, joined. Opens no
//! socket and reads no clock.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use engineio::{ClientConfig, CloseReason, Frame, Limits, Text, Transport, payload};
use socketio::{AckId, Args, Namespace, Parser};

/// What happened on a connection, in order.
#[derive(Debug, PartialEq)]
pub enum ConnectionEvent {
    /// The namespace `/` is joined: events can be sent.
    Connected,
    /// The server refused the namespace, with its words.
    Refused(String),
    /// The server emitted an event.
    Event {
        /// Its name.
        name: String,
        /// Its arguments.
        args: Args,
    },
    /// The server acknowledged an event; `None` when it will not.
    Reply {
        /// Which event.
        id: AckId,
        /// The acknowledgement's arguments.
        args: Option<Args>,
    },
    /// The probing WebSocket has to be closed.
    UpgradeAborted,
    /// The connection is over, with the reason in words. Always the last event.
    Closed(String),
}

/// Both machines.
#[derive(Debug)]
pub struct Connection {
    engine: engineio::ClientSession,
    socket: socketio::ClientSession,
    limits: Limits,
    events: VecDeque<ConnectionEvent>,
    /// The protocol error that ended it, in words.
    broken: Option<String>,
}

impl Connection {
    /// A connection that begins over `transport`. `now` counts from any fixed origin.
    #[must_use]
    pub fn new(now: Duration, parser: Parser, transport: Transport) -> Self {
        let config = ClientConfig::default();
        Self {
            engine: engineio::ClientSession::new(now, &config, transport),
            socket: socketio::ClientSession::new(socketio::Limits::default(), parser),
            limits: config.limits,
            events: VecDeque::new(),
            broken: None,
        }
    }

    /// The Engine.IO machine, to read.
    #[must_use]
    pub const fn engine(&self) -> &engineio::ClientSession {
        &self.engine
    }

    /// The Engine.IO machine, for what concerns the sockets alone.
    pub const fn engine_mut(&mut self) -> &mut engineio::ClientSession {
        &mut self.engine
    }

    /// A text message of the WebSocket.
    pub fn receive_text(&mut self, now: Duration, text: &Text) {
        match engineio::decode_text(text, &self.limits) {
            Ok(packet) => self.engine.handle_packet(now, Transport::WebSocket, packet),
            Err(error) => self.invalid(now, Transport::WebSocket, &error),
        }
        self.pump(now);
    }

    /// A binary message of the WebSocket.
    pub fn receive_binary(&mut self, now: Duration, bytes: Bytes) {
        match engineio::decode_binary(bytes, &self.limits) {
            Ok(packet) => self.engine.handle_packet(now, Transport::WebSocket, packet),
            Err(error) => self.invalid(now, Transport::WebSocket, &error),
        }
        self.pump(now);
    }

    /// The body of an answered poll.
    pub fn receive_payload(&mut self, now: Duration, body: Bytes) {
        match payload::decode(body, &self.limits) {
            Ok(packets) => {
                for packet in packets {
                    self.engine.handle_packet(now, Transport::Polling, packet);
                }
            }
            Err(error) => self.invalid(now, Transport::Polling, &error),
        }
        self.engine.end_poll();
        self.pump(now);
    }

    /// A POST was answered.
    pub fn posted(&mut self, now: Duration) {
        self.engine.end_post();
        self.pump(now);
    }

    /// A socket or a request ended against its will.
    pub fn lost(&mut self, now: Duration, via: Transport, error: bool) {
        self.engine.handle_transport_lost(now, via, error);
        self.pump(now);
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.engine.handle_timeout(now);
        if let Err(error) = self.socket.handle_timeout(now) {
            self.fail(now, error.to_string());
        }
        self.pump(now);
    }

    /// When [`Connection::handle_timeout`] is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        [self.engine.poll_timeout(), self.socket.poll_timeout()].into_iter().flatten().min()
    }

    /// Emits an event; dropped when the namespace is not joined.
    pub fn emit(&mut self, now: Duration, name: &str, args: Args) {
        if self.socket.emit(&Namespace::ROOT, name, args).is_ok() {
            self.pump(now);
        }
    }

    /// Emits an event that the server acknowledges within `timeout`. `None` when the namespace is not joined.
    pub fn ask(&mut self, now: Duration, name: &str, args: Args, timeout: Duration) -> Option<AckId> {
        let id = self.socket.emit_with_ack(now, &Namespace::ROOT, name, args, Some(timeout)).ok()?;
        self.pump(now);
        Some(id)
    }

    /// Leaves the namespace and closes; what is queued can still be transmitted.
    pub fn close(&mut self, now: Duration) {
        // Fails only where the namespace is not joined, and then there is nobody to tell.
        let _ = self.socket.disconnect(&Namespace::ROOT);
        self.pump(now);
        self.engine.close(now, CloseReason::ForcedClose);
        self.pump(now);
    }

    /// The next message to write to the WebSocket.
    pub fn poll_frame(&mut self) -> Option<Frame> {
        self.engine.poll_transmit(Transport::WebSocket).map(|packet| Frame::encode(&packet))
    }

    /// The next event, oldest first.
    pub fn poll_event(&mut self) -> Option<ConnectionEvent> {
        self.events.pop_front()
    }

    fn invalid(&mut self, now: Duration, via: Transport, error: &engineio::Error) {
        self.broken = Some(error.to_string());
        self.engine.handle_invalid(now, via);
    }

    fn fail(&mut self, now: Duration, words: String) {
        self.broken = Some(words);
        self.engine.close(now, CloseReason::ForcedClose);
    }

    /// Moves messages between the two machines and collects events.
    fn pump(&mut self, now: Duration) {
        while let Some(event) = self.engine.poll_event() {
            match event {
                engineio::Event::Opened(_) => {
                    // Fails only for a session that is over, whose end is told below.
                    let _ = self.socket.connect(&Namespace::ROOT, None);
                }
                engineio::Event::Message(message) => {
                    if let Err(error) = self.socket.handle_message(now, message) {
                        self.fail(now, error.to_string());
                    }
                }
                engineio::Event::Upgraded => {}
                engineio::Event::UpgradeAborted => self.events.push_back(ConnectionEvent::UpgradeAborted),
                engineio::Event::Closed(reason) => {
                    self.socket.handle_closed(reason);
                    self.collect();
                    let words = self.broken.take().unwrap_or_else(|| reason.as_str().to_owned());
                    self.events.push_back(ConnectionEvent::Closed(words));
                }
            }
        }
        self.collect();
        while let Some(message) = self.socket.poll_transmit() {
            if self.engine.send(message).is_err() {
                self.engine.close(now, CloseReason::QueueFull);
                return;
            }
        }
    }

    fn collect(&mut self) {
        while let Some(event) = self.socket.poll_event() {
            let event = match event {
                socketio::Event::Connected { .. } => ConnectionEvent::Connected,
                socketio::Event::ConnectError { message, .. } => ConnectionEvent::Refused(message),
                socketio::Event::Event { name, args, .. } => ConnectionEvent::Event { name, args },
                socketio::Event::Ack { id, args, .. } => ConnectionEvent::Reply { id, args: Some(args) },
                socketio::Event::AckFailed { id, .. } => ConnectionEvent::Reply { id, args: None },
                // A namespace that the server takes away is the end for this client, though the engine goes on.
                socketio::Event::Disconnected {
                    reason: reason @ socketio::DisconnectReason::ServerNamespaceDisconnect,
                    ..
                } => ConnectionEvent::Closed(reason.as_str().to_owned()),
                socketio::Event::Disconnected { .. }
                | socketio::Event::Connecting { .. }
                | socketio::Event::Withdrawn { .. }
                | socketio::Event::StrayAck { .. } => continue,
            };
            self.events.push_back(event);
        }
    }
}
