//! Events on their way up: from the Engine.IO machine to the Socket.IO machine, and from there to handlers.

use std::sync::atomic::Ordering::Relaxed;

use socketio::Value;

use super::live::Task;
use crate::ack::Ack;
use crate::error::{AckError, BadInput, CloseReason};
use crate::sockets::{Decision, Refusal, Socket, Trouble, guarded};

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
            socketio::Event::Withdrawn { namespace } => self.give_up_joining(Some(&namespace)),
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
            socketio::Event::StrayAck { namespace, id } => {
                let id = id.map_or_else(|| "none".to_owned(), |id| id.to_string());
                self.bad_input(BadInput::Ack, &format_args!("acknowledgement of unknown id {id} in {namespace}"));
            }
            // The client's side of the protocol.
            socketio::Event::Connected { .. } | socketio::Event::ConnectError { .. } => {}
        }
    }

    fn join(&mut self, name: &socketio::Namespace, auth: Option<Value>) {
        self.join_after(name, auth.unwrap_or(Value::Null), false);
    }

    /// Lets a client join that has `waited` for its former connection, or not.
    pub(super) fn join_after(&mut self, name: &socketio::Namespace, auth: Value, waited: bool) {
        self.give_up_joining(Some(name));
        let Ok(id) = self.conn.socket_id() else {
            return self.refuse(name, Refusal::new("no randomness for a socket id"));
        };
        let namespace = match guarded("namespace_matching", id, || self.server.directory().enter(name.as_str(), &auth))
        {
            Some(Ok(namespace)) => namespace,
            Some(Err(refusal)) => return self.refuse(name, refusal),
            None => return self.check(None),
        };
        if let Some(former) = self.former(&namespace, &auth, waited) {
            self.server.directory().exit(&namespace);
            return self.wait_for_end_of(former, auth);
        }
        let socket = match self.socket_for(&namespace, id, &auth) {
            Ok(socket) => socket,
            Err(refusal) => {
                self.server.directory().exit(&namespace);
                return self.refuse(name, refusal);
            }
        };
        if self.is_trusted(&socket) {
            return self.decided(socket, &auth, Some(Ok(())));
        }
        match guarded("middleware", socket.id(), || namespace.decide(&socket, &auth)) {
            Some(Decision::Made(result)) => self.decided(socket, &auth, Some(result)),
            Some(Decision::Awaited(pending)) => self.wait_for(socket, auth, pending),
            None => self.decided(socket, &auth, None),
        }
    }

    pub(super) fn refuse(&self, name: &socketio::Namespace, refusal: Refusal) {
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
        match bounds {
            Some(_) => socket.away(),
            None => socket.left(),
        }
        let heard = socket.calls().disconnect(reason);
        // Not before its handlers have heard that it is gone: else they could hear first that it is back.
        match &bounds {
            Some(bounds) => self.park(&socket, bounds),
            None => self.server.directory().exit(socket.namespace()),
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
            self.conn.lock().close(self.conn.now(), CloseReason::HandlerPanic, &self.conn.shared.metrics);
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
