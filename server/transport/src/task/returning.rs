//! Clients that lose their connection and come back: what is kept for them, and who is waited for. See
//! [`Recovery`](crate::Recovery).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use engineio::Revision;
use socketio::{Claim, Value};
use tokio::sync::oneshot;

use super::joining::Returning;
use super::live::Task;
use crate::id::SocketId;
use crate::recovery::Recovery;
use crate::server::Server;
use crate::shared::Shared;
use crate::sockets::{Namespace, Refusal, Socket};

/// How long a connection may take to end whose client is back on another.
const LONGEST_END: Duration = Duration::from_secs(1);

impl Task {
    /// The socket of a client that is back before anybody noticed that it was gone: networks lose connections without a word, and
    /// a heartbeat takes most of a minute to tell. That connection is ended; `None` when it
    /// has ended and does not get done with that while the client `waited`.
    pub(super) fn former(&self, namespace: &Namespace, auth: &Value, waited: bool) -> Option<Socket> {
        self.conn.shared.config.recovery.as_ref()?;
        namespace.still_in(&Claim::of(auth)?, &self.conn).filter(|former| former.lose() || !waited)
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
            self.join_after(&namespace, auth, true);
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
        let claim = Claim::of(auth);
        if let Some(socket) = claim.and_then(|claim| namespace.reclaim(&claim, conn, kept.clone())) {
            conn.shared.metrics.recovered_total.fetch_add(1, Relaxed);
            return Ok(socket);
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

    /// Waits for the client of a socket that has lost it. The socket counts as inside its namespace until that is over.
    pub(super) fn park(&self, socket: &Socket, bounds: &Recovery) {
        let shared = self.conn.shared.clone();
        let until = shared.now().saturating_add(bounds.max_disconnection);
        let namespace = socket.namespace().clone();
        let stay = Stay::new(self.server.clone(), namespace.clone());
        if let Some(emptied) = socket.park(until, bounds, stay) {
            // Not one of the server's tasks: nobody waits for it at the end.
            tokio::spawn(sweep(shared.clone(), namespace.clone(), emptied));
        }
        if shared.is_closing() {
            // The server may have forgotten all others before.
            namespace.forget_parked();
        }
    }
}

/// Counts a socket as waited for, and as inside its namespace, until it is dropped.
struct Stay {
    server: Server,
    namespace: Namespace,
}

impl Stay {
    fn new(server: Server, namespace: Namespace) -> Self {
        server.metrics().parked.fetch_add(1, Relaxed);
        Self { server, namespace }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.server.metrics().parked.fetch_sub(1, Relaxed);
        self.server.directory().exit(&self.namespace);
    }
}

/// Lets those of one namespace go whose time is over, until nobody is waited for.
async fn sweep(shared: Arc<Shared>, namespace: Namespace, mut emptied: oneshot::Receiver<()>) {
    let mut now = shared.now();
    while let Some(next) = namespace.sweep(now) {
        tokio::select! {
            _ = &mut emptied => return,
            () = tokio::time::sleep_until(shared.instant(next)) => {}
        }
        // The timer has said so, whatever the clock says.
        now = shared.now().max(next);
    }
}
