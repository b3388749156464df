//! Events on their way up: from the Engine.IO machine to the Socket.IO machine, and from there to handlers.

use std::sync::atomic::Ordering::Relaxed;

use socketio::Value;

use super::live::Task;
use crate::ack::Ack;
use crate::error::{AckError, BadInput, CloseReason};
use crate::sockets::{Found, Refusal, Socket, find, guarded};

impl Task {
    /// Hands events up: from the Engine.IO machine to the Socket.IO machine, and from there to handlers. Tells whether there
    /// was any.
    pub(super) fn dispatch(&mut self) -> bool {
        if let Some(socket) = self.raw.clone() {
            return self.dispatch_raw(&socket);
        }
        let mut any = false;
        loop {
            let mut core = self.conn.lock();
            let now = self.conn.now();
            let (mut bad, mut aborted) = (None, false);
            while let Some(event) = core.engine.poll_event() {
                match event {
                    engineio::Event::Message(message) => {
                        if let Err(error) = core.sio.handle_message(now, message) {
                            bad = Some(error);
                            core.engine.close(now, engineio::CloseReason::ForcedClose);
                        }
                    }
                    engineio::Event::Closed(reason) => core.sio.handle_closed(reason),
                    engineio::Event::Upgraded => {
                        self.conn.shared.metrics.upgrades_total.fetch_add(1, Relaxed);
                        tracing::debug!(session = %self.conn.sid, "upgraded to websocket");
                    }
                    // At the session's end the WebSocket is kept for a while, see `finish`.
                    engineio::Event::UpgradeAborted if core.engine.is_closed() => {}
                    engineio::Event::UpgradeAborted => {
                        core.wire = None;
                        core.newcomer = None;
                        aborted = true;
                    }
                    engineio::Event::Opened(_) => {}
                }
            }
            let event = core.sio.poll_event();
            drop(core);
            if aborted {
                self.detach();
            }
            if let Some(error) = bad {
                any = true;
                self.bad_input(BadInput::of_packet(&error), &error);
            }
            match event {
                Some(event) => self.event(event),
                None if any => return true,
                None => return false,
            }
            any = true;
        }
    }

    fn event(&mut self, event: socketio::Event) {
        match event {
            socketio::Event::Connecting { namespace, auth } => self.join(&namespace, auth),
            socketio::Event::Event { namespace, name, args, ack } => {
                let Some(socket) = self.socket(&namespace) else { return };
                let ack = ack.map(|token| Ack::new(token, self.conn.clone()));
                let done = match find(socket.handlers(), socket.namespace().handlers(), &name) {
                    Some(Found::Event(handler)) => guarded(&name, socket.id(), || handler(&socket, &args, ack)),
                    Some(Found::Any(handler)) => guarded(&name, socket.id(), || handler(&socket, &name, &args, ack)),
                    None => {
                        tracing::trace!(socket = %socket.id(), event = &*name, "event without a handler");
                        Some(())
                    }
                };
                self.check(done);
            }
            socketio::Event::Ack { namespace, id, args } => self.answer(&(namespace, id), Ok(args)),
            socketio::Event::AckFailed { namespace, id, failure } => {
                let error = match failure {
                    socketio::AckFailure::Timeout => AckError::Timeout,
                    socketio::AckFailure::Disconnected => AckError::Closed,
                };
                self.answer(&(namespace, id), Err(error));
            }
            socketio::Event::Disconnected { namespace, reason } => self.leave(&namespace, reason),
            // The client's side of the protocol.
            _ => {}
        }
    }

    fn join(&mut self, name: &socketio::Namespace, auth: Option<Value>) {
        let Some(namespace) = self.server.find_namespace(name.as_str()) else {
            return self.refuse(name, Refusal::new(socketio::ServerSession::INVALID_NAMESPACE));
        };
        let Ok(id) = self.conn.socket_id() else {
            return self.refuse(name, Refusal::new("no randomness for a socket id"));
        };
        let socket = Socket::new(id, namespace.clone(), self.conn.clone());
        namespace.rooms().add(id, socket.clone());
        let auth = auth.unwrap_or(Value::Null);
        let decided = guarded("connect", socket.id(), || namespace.decide(&socket, &auth));
        match decided {
            Some(Ok(())) => {
                if self.conn.lock().sio.accept(name, id.as_str()).is_err() {
                    // The connection ended while the handler ran.
                    socket.left();
                    return socket.handlers().clear();
                }
                self.sockets.push(socket.clone());
                socket.joined();
            }
            Some(Err(refusal)) => {
                self.refuse(name, refusal);
                socket.left();
                socket.handlers().clear();
            }
            None => {
                socket.left();
                socket.handlers().clear();
                self.check(None);
            }
        }
    }

    fn refuse(&self, name: &socketio::Namespace, refusal: Refusal) {
        // An error means that nobody waits for the answer any more.
        let _ = self.conn.lock().sio.refuse(name, &refusal.message, refusal.data);
    }

    fn leave(&mut self, name: &socketio::Namespace, reason: socketio::DisconnectReason) {
        let Some(at) = self.sockets.iter().position(|s| s.namespace().id() == name) else { return };
        let socket = self.sockets.swap_remove(at);
        let own = socket.own_reason();
        let by_client = matches!(reason, socketio::DisconnectReason::ClientNamespaceDisconnect);
        let whole = self.conn.lock().reason;
        let reason = if by_client { None } else { own.or(whole) }.unwrap_or_else(|| CloseReason::from_socket(reason));
        socket.left();
        let handler = socket.handlers().disconnect().or_else(|| socket.namespace().handlers().disconnect());
        let done = handler.map_or(Some(()), |handler| guarded("disconnect", socket.id(), || handler(&socket, reason)));
        socket.handlers().clear();
        self.check(done);
    }

    fn answer(&mut self, key: &(socketio::Namespace, socketio::AckId), result: Result<socketio::Args, AckError>) {
        let Some(callback) = self.conn.lock().acks.remove(key) else { return };
        let Some(socket) = self.socket(&key.0) else { return callback(result) };
        let done = guarded("acknowledgement", socket.id(), || callback(result));
        self.check(done);
    }

    /// Ends the connection after a handler's panic.
    pub(super) fn check(&mut self, done: Option<()>) {
        if done.is_none() {
            self.conn.lock().close(self.conn.now(), CloseReason::HandlerPanic);
        }
    }

    fn socket(&self, name: &socketio::Namespace) -> Option<Socket> {
        self.sockets.iter().find(|s| s.namespace().id() == name).cloned()
    }

    /// Writes what the turn gave rise to, and tells those who wait for the queue to be empty.
    pub(super) fn settle(&mut self) {
        loop {
            let any = self.dispatch();
            let drained = {
                let mut core = self.conn.lock();
                core.corked = false;
                // The error is the connection's end, which the next round hands up.
                let pumped = core.pump(self.conn.now(), &self.conn.shared.metrics);
                pumped.is_ok() && core.take_drained()
            };
            if drained {
                for socket in self.sockets.clone() {
                    let handler = socket.handlers().drain().or_else(|| socket.namespace().handlers().drain());
                    let done = handler.map_or(Some(()), |handler| guarded("drain", socket.id(), || handler(&socket)));
                    self.check(done);
                }
            }
            if !any && !drained {
                return;
            }
        }
    }
}
