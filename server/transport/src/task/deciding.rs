//! Clients that want to join a namespace: let in, refused, or waiting until a middleware has made up its mind.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use socketio::Value;

use super::joining::{Joining, Outcome};
use super::live::Task;
use crate::sockets::{Pending, Socket, guarded};

impl Task {
    /// Lets the client in that the middlewares let through, unless a connect handler refuses it. Connect handlers hear of no
    /// client that has gone: nobody would tell them so.
    pub(super) fn decided(&mut self, socket: Socket, auth: &Value, outcome: Outcome) {
        let name = socket.namespace().id().clone();
        let still_asks = self.conn.lock().sio.is_connecting(&name);
        let connect = |()| match still_asks {
            true => guarded("connect", socket.id(), || socket.namespace().connect(&socket, auth)),
            false => Some(Ok(())),
        };
        match outcome.and_then(|outcome| outcome.map_or_else(|refusal| Some(Err(refusal)), connect)) {
            Some(Ok(())) if self.accept(&socket) => {
                self.sockets.push(socket.clone());
                self.server.directory().make_room(socket.namespace());
                return socket.joined();
            }
            // The connection ended, or the client left, while it was decided about.
            Some(Ok(())) => return self.give_up(&socket),
            Some(Err(refusal)) => self.refuse(&name, refusal),
            None => self.check(None),
        }
        self.let_go(&socket);
    }

    /// Decides in a task of its own, which ends with the connection at the latest. Until then nobody sends to the socket: what
    /// is sent to many would pile up, for a client that may never be let in.
    pub(super) fn wait_for(&mut self, socket: Socket, auth: Value, mut pending: Pending) {
        let decided: Arc<Mutex<Option<Outcome>>> = Arc::default();
        let (told, conn, id) = (decided.clone(), self.conn.clone(), socket.id());
        let deciding = self.conn.shared.tasks.spawn(async move {
            let outcome = poll_fn(|cx| match guarded("middleware", id, || pending.as_mut().poll(cx)) {
                Some(Poll::Pending) => Poll::Pending,
                Some(Poll::Ready(result)) => Poll::Ready(Some(result)),
                None => Poll::Ready(None),
            })
            .await;
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            conn.wake.notify_one();
        });
        // One that is back has been let in before, and must miss nothing.
        if !socket.recovered() {
            let listed = socket.namespace().members().remove(&id);
            drop(listed);
        }
        self.joining.push(Joining { socket, auth, decided, deciding });
    }

    /// Lets in, or refuses, those who have been decided about.
    pub(super) fn take_decisions(&mut self) {
        let mut at = 0;
        while let Some(joining) = self.joining.get(at) {
            let outcome = joining.decided.lock().unwrap_or_else(PoisonError::into_inner).take();
            match outcome {
                Some(outcome) => {
                    let Joining { socket, auth, .. } = self.joining.swap_remove(at);
                    if !socket.recovered() {
                        socket.namespace().members().add(socket.id(), socket.clone());
                        socket.join_remembered();
                    }
                    self.decided(socket, &auth, outcome);
                }
                None => at += 1,
            }
        }
    }

    /// Forgets those who wait for `name`, or for anything: the client has left, or asks again.
    pub(super) fn give_up_joining(&mut self, name: Option<&socketio::Namespace>) {
        let given_up = |joining: &mut Joining| name.is_none_or(|name| joining.socket.namespace().id() == name);
        let gone: Vec<_> = self.joining.extract_if(.., given_up).collect();
        for joining in gone {
            joining.deciding.abort();
            self.give_up(&joining.socket);
        }
        for gone in self.returning.extract_if(.., |it| name.is_none_or(|name| it.namespace == *name)) {
            gone.waiting.abort();
        }
    }

    /// Decides no more about a socket. A client that was back and is lost again is waited for as before, with all that was sent to
    /// it meanwhile.
    fn give_up(&self, socket: &Socket) {
        let lost = self.conn.lock().engine.is_closed() && socket.recovered();
        let may_come_back = lost && socket.may_come_back(self.close_reason());
        match self.conn.shared.config.recovery.as_ref().filter(|_| may_come_back) {
            Some(bounds) => {
                self.park(socket, bounds);
                socket.clear();
            }
            None => self.let_go(socket),
        }
    }

    /// Takes a socket out of its namespace, and drops what it holds.
    fn let_go(&self, socket: &Socket) {
        socket.left();
        self.server.directory().exit(socket.namespace());
        socket.clear();
    }
}
