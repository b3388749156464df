//! Clients that lose their connection and come back: what is kept for them, and who is waited for. See
//! [`Recovery`](crate::Recovery).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use engineio::Revision;
use socketio::{Claim, Value};

use super::joining::Returning;
use super::live::Task;
use crate::id::SocketId;
use crate::recovery::Recovery;
use crate::shared::Shared;
use crate::sockets::{Namespace, Reclaimed, Refusal, Socket};

/// How long a connection may take to end whose client is back on another.
const LONGEST_END: Duration = Duration::from_secs(1);

impl Task {
    /// The socket of a client that is back before anybody noticed that it was gone: networks lose connections without a word, and
    /// a heartbeat takes most of a minute to tell. That connection is ended; `None` when it
    /// was told so before and does not end.
    pub(super) fn former(&self, namespace: &Namespace, auth: &Value) -> Option<Socket> {
        self.conn.shared.config.recovery.as_ref()?;
        namespace.still_in(&Claim::of(auth)?, &self.conn).filter(Socket::lose)
    }

    /// Joins again when the former connection has ended.
    pub(super) fn wait_for_end_of(&mut self, former: Socket, auth: Value) {
        let namespace = former.namespace().id().clone();
        let ended = Arc::new(AtomicBool::new(false));
        let (told, conn) = (ended.clone(), self.conn.clone());
        let waiting = self.conn.shared.tasks.spawn(async move {
            // One that does not end is not waited for: the client begins anew.
            let _ = tokio::time::timeout(LONGEST_END, former.gone()).await;
            told.store(true, Release);
            conn.wake.notify_one();
        });
        self.returning.push(Returning { namespace, auth, ended, waiting });
    }

    /// Lets those join whose former connections have ended.
    pub(super) fn take_returned(&mut self) {
        let returned: Vec<_> = self.returning.extract_if(.., |it| it.ended.load(Acquire)).collect();
        for Returning { namespace, auth, .. } in returned {
            self.join(&namespace, Some(auth));
        }
    }

    /// The socket of a client that wants to join, listed in its namespace: its former one's heir where it has come back, else a
    /// new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(super) fn socket_for(&self, namespace: &Namespace, id: SocketId, auth: &Value) -> Result<Socket, Refusal> {
        let conn = &self.conn;
        let kept = conn.shared.config.keep_auth.then(|| Box::new(auth.clone()));
        let bounds = conn.shared.config.recovery.as_ref().filter(|_| conn.dialect.codec.revision() == Revision::V4);
        let parser = conn.lock().sio.parser();
        let Some((bounds, parser)) = bounds.zip(parser) else {
            let socket = Socket::new(id, namespace.clone(), conn.clone(), kept);
            namespace.members().add(id, socket.clone());
            return Ok(socket);
        };
        let metrics = &conn.shared.metrics;
        match Claim::of(auth).map(|claim| namespace.reclaim(&claim, conn, kept.clone())) {
            Some(Reclaimed::Back(socket)) => {
                metrics.parked.fetch_sub(1, Relaxed);
                metrics.recovered_total.fetch_add(1, Relaxed);
                return Ok(socket);
            }
            Some(Reclaimed::Lost) => {
                metrics.parked.fetch_sub(1, Relaxed);
            }
            Some(Reclaimed::Unknown) | None => {}
        }
        let pid = SocketId::random().map_err(|_| Refusal::new("no randomness for a private id"))?;
        let socket = namespace.tracked((id, pid), conn, parser, bounds, kept);
        namespace.members().add(id, socket.clone());
        Ok(socket)
    }

    /// Whether the middlewares need not be asked about a client, as they let it in before.
    pub(super) fn is_trusted(&self, socket: &Socket) -> bool {
        let bounds = self.conn.shared.config.recovery.as_ref();
        socket.recovered() && bounds.is_some_and(|bounds| bounds.skip_middlewares)
    }

    /// Tells the client that it is in, behind what it has missed. False when it is gone.
    pub(super) fn accept(&self, socket: &Socket) -> bool {
        let (id, pid, missed) = (socket.id(), socket.pid(), socket.take_missed());
        let mut core = self.conn.lock();
        let pid = pid.as_ref().map(SocketId::as_str);
        core.sio.accept_with(socket.namespace().id(), id.as_str(), pid, &missed).is_ok()
    }

    /// Waits for the client of a socket that has lost it.
    pub(super) fn park(&self, socket: &Socket, bounds: &Recovery) {
        let shared = self.conn.shared.clone();
        shared.metrics.parked.fetch_add(1, Relaxed);
        let until = shared.now().saturating_add(bounds.max_disconnection);
        forget(&shared, &socket.park(until, bounds));
        let (server, namespace) = (self.server.clone(), socket.namespace().clone());
        // Not one of the server's tasks: nobody waits for it at the end.
        tokio::spawn(async move {
            tokio::time::sleep_until(shared.instant(until)).await;
            forget(&shared, &namespace.expire(shared.now()));
            // Counted as inside until now, whatever became of it.
            server.directory().exit(&namespace);
        });
    }
}

/// Lets sockets go that are not waited for any more.
fn forget(shared: &Shared, gone: &[Socket]) {
    shared.metrics.parked.fetch_sub(gone.len(), Relaxed);
    gone.iter().for_each(Socket::left);
}
