//! Events on their way up: from the Engine.IO machine to the Socket.IO machine, and from there to handlers.

use std::sync::atomic::Ordering::Relaxed;

use engineio::Revision;
use socketio::{Claim, Encoded, Value};

use super::live::Task;
use crate::ack::Ack;
use crate::error::{AckError, BadInput, CloseReason};
use crate::id::SocketId;
use crate::recovery::Recovery;
use crate::shared::Shared;
use crate::sockets::{Namespace, Reclaimed, Refusal, Socket, Trouble, guarded};

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
                let done = socket.calls().event(&name, &args, ack, || socket.own_reason().is_none());
                self.heard(&socket, done);
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
        let auth = auth.unwrap_or(Value::Null);
        let Ok(id) = self.conn.socket_id() else {
            return self.refuse(name, Refusal::new("no randomness for a socket id"));
        };
        let namespace = match guarded("namespace_matching", id, || self.server.directory().enter(name.as_str(), &auth))
        {
            Some(Ok(namespace)) => namespace,
            Some(Err(refusal)) => return self.refuse(name, refusal),
            None => return self.check(None),
        };
        let shared = self.conn.shared.clone();
        let bounds = shared.config.recovery.as_ref().filter(|_| self.conn.dialect.codec.revision() == Revision::V4);
        let (socket, missed) = match self.socket_for(&namespace, id, &auth, bounds) {
            Ok(made) => made,
            Err(refusal) => {
                self.server.directory().exit(&namespace);
                return self.refuse(name, refusal);
            }
        };
        let id = socket.id();
        let unasked = socket.recovered() && bounds.is_some_and(|bounds| bounds.skip_middlewares);
        match guarded("connect", id, || namespace.decide(&socket, &auth, unasked)) {
            Some(Ok(())) if self.accept(name, &socket, &missed) => {
                self.sockets.push(socket.clone());
                return socket.joined();
            }
            // The connection ended while the handler ran.
            Some(Ok(())) => {}
            Some(Err(refusal)) => self.refuse(name, refusal),
            None => self.check(None),
        }
        self.let_go(&socket);
    }

    /// The socket of a client that wants to join, listed in its namespace: a new one, or where it has come back its former one,
    /// with what it has missed.
    fn socket_for(
        &self,
        namespace: &Namespace,
        id: SocketId,
        auth: &Value,
        bounds: Option<&Recovery>,
    ) -> Result<(Socket, Vec<Encoded>), Refusal> {
        let kept = self.conn.shared.config.keep_auth.then(|| Box::new(auth.clone()));
        let parser = self.conn.lock().sio.parser();
        let Some((bounds, parser)) = bounds.zip(parser) else {
            let socket = Socket::new(id, namespace.clone(), self.conn.clone(), kept);
            namespace.members().add(id, socket.clone());
            return Ok((socket, Vec::new()));
        };
        if let Some(claim) = Claim::of(auth) {
            match namespace.reclaim(&claim, &self.conn, kept.clone()) {
                Reclaimed::Back(socket, missed) => {
                    self.conn.shared.metrics.parked.fetch_sub(1, Relaxed);
                    self.conn.shared.metrics.recovered_total.fetch_add(1, Relaxed);
                    return Ok((socket, missed));
                }
                Reclaimed::Lost => {
                    self.conn.shared.metrics.parked.fetch_sub(1, Relaxed);
                }
                Reclaimed::Unknown => {}
            }
        }
        let pid = SocketId::random().map_err(|_| Refusal::new("no randomness for a private id"))?;
        let socket = namespace.tracked((id, pid), &self.conn, parser, bounds, kept);
        namespace.members().add(id, socket.clone());
        Ok((socket, Vec::new()))
    }

    fn accept(&self, name: &socketio::Namespace, socket: &Socket, missed: &[Encoded]) -> bool {
        let (id, pid) = (socket.id(), socket.pid());
        let mut core = self.conn.lock();
        core.sio.accept_with(name, id.as_str(), pid.as_ref().map(SocketId::as_str), missed).is_ok()
    }

    /// Waits for the client of a socket that has lost it.
    fn park(&self, socket: &Socket, bounds: &Recovery) {
        let shared = self.conn.shared.clone();
        shared.metrics.parked.fetch_add(1, Relaxed);
        let until = shared.now().saturating_add(bounds.max_disconnection);
        let gone = socket.park(until, bounds);
        forget(&shared, &gone);
        let (server, namespace) = (self.server.clone(), socket.namespace().clone());
        // Not one of the server's tasks: nobody waits for it at the end.
        tokio::spawn(async move {
            tokio::time::sleep_until(shared.instant(until)).await;
            forget(&shared, &namespace.expire(shared.now()));
            // Counted as inside until now, whatever became of it.
            server.directory().exit(&namespace);
        });
    }

    /// Takes a socket out of its namespace, and drops what it holds.
    fn let_go(&self, socket: &Socket) {
        socket.left();
        self.server.directory().exit(socket.namespace());
        socket.clear();
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
        let told = socket.calls().disconnecting(reason);
        let bounds = self.conn.shared.config.recovery.clone().filter(|_| socket.may_come_back(reason));
        match &bounds {
            Some(bounds) => self.park(&socket, bounds),
            None => socket.left(),
        }
        let heard = socket.calls().disconnect(reason);
        if bounds.is_none() {
            self.server.directory().exit(socket.namespace());
        }
        socket.clear();
        self.heard(&socket, told.and(heard));
    }

    fn answer(&mut self, key: &(socketio::Namespace, socketio::AckId), result: Result<socketio::Args, AckError>) {
        let Some(callback) = self.conn.lock().acks.remove(key) else { return };
        let done = guarded("acknowledgement", self.conn.sid, || callback(result));
        self.check(done);
    }

    /// Does what a handler's trouble asks for.
    fn heard(&mut self, socket: &Socket, done: Result<(), Trouble>) {
        let failure = match done {
            Ok(()) => return,
            Err(Trouble::Panic) => return self.check(None),
            Err(Trouble::Failure(failure)) => failure,
        };
        match socket.calls().error(&failure) {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(socket = %socket.id(), error = %failure, "nobody listens to errors");
                if !failure.is_refusal() {
                    socket.disconnect(false, CloseReason::HandlerFailed);
                }
            }
            Err(_) => self.check(None),
        }
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
                    socket.wake_up();
                    let done = socket.calls().drain();
                    self.heard(&socket, done);
                }
            }
            if !any && !drained {
                return;
            }
        }
    }
}

/// Lets sockets go that are not waited for any more.
fn forget(shared: &Shared, gone: &[Socket]) {
    shared.metrics.parked.fetch_sub(gone.len(), Relaxed);
    gone.iter().for_each(Socket::left);
}
