//! Connection state recovery: a socket whose client is gone stays in its rooms, unseen, and notes what is sent to it; a client
//! that is back in time gets a socket with all of that.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use socketio::{Claim, Encoded, Parser, Value};
use tokio::sync::oneshot;

use super::handle::{AWAY, JOINED, LEFT, Namespace, PARKED, Parked, Socket, lock};
use super::parking::{Added, Most};
use super::prepared::Prepared;
use super::trail::Trail;
use crate::address::counted;
use crate::conn::Conn;
use crate::error::{CloseReason, Error};
use crate::id::SocketId;
use crate::recovery::Recovery;

impl Socket {
    /// Whether the client has lost its connection and is back: it has its rooms, its data and what it missed.
    pub fn recovered(&self) -> bool {
        self.inner.trail.as_ref().is_some_and(|trail| trail.recovered)
    }

    /// The private id by which the client would come back.
    pub(crate) fn pid(&self) -> Option<SocketId> {
        self.inner.trail.as_ref().map(|trail| trail.pid)
    }

    /// What the client has missed, once.
    pub(crate) fn take_missed(&self) -> Vec<Encoded> {
        self.inner.trail.as_ref().map(|trail| std::mem::take(&mut *lock(&trail.missed))).unwrap_or_default()
    }

    /// Whether the client is gone and waited for.
    pub(super) fn is_parked(&self) -> bool {
        matches!(self.inner.phase.load(Ordering::Acquire), AWAY | PARKED)
    }

    /// The client is gone and may come back, though not before it has been [parked](Self::park).
    pub(crate) fn away(&self) {
        // One that is still being decided about stays so: what is sent to it keeps its order by that.
        let _ = self.inner.phase.compare_exchange(JOINED, AWAY, Ordering::AcqRel, Ordering::Acquire);
        self.inner.namespace.members().park(&self.inner.id);
    }

    /// Whether a client that was lost for `reason` is waited for.
    pub(crate) fn may_come_back(&self, reason: CloseReason) -> bool {
        use CloseReason as R;
        let lost = matches!(
            reason,
            R::TransportError | R::TransportClose | R::PingTimeout | R::ForcedClose | R::ForcedServerClose
        );
        // One that is behind again after it came back would fail in the same way each time: it begins anew.
        let lost = lost || reason == R::QueueFull && !self.recovered();
        lost && self.inner.trail.is_some()
    }

    /// Ends the connection, whose client is back on another. False when it has ended already and its task is late with that.
    pub(crate) fn lose(&self) -> bool {
        let open = !self.inner.conn.lock().engine.is_closed();
        self.inner.conn.close(CloseReason::TransportClose);
        open
    }

    /// Waits until the client is not in any more.
    pub(crate) async fn gone(&self) {
        loop {
            let mut changed = std::pin::pin!(self.inner.drained.notified());
            changed.as_mut().enable();
            if matches!(self.inner.phase.load(Ordering::Acquire), LEFT | PARKED) {
                return;
            }
            changed.await;
        }
    }

    /// Waits for the client until `until`; `stay` is dropped when it is not waited for any more. Where nobody is waited for yet,
    /// gives back what ends when that is so again: until then somebody has to [sweep](Namespace::sweep).
    pub(crate) fn park(
        &self,
        until: Duration,
        bounds: &Recovery,
        stay: impl Send + 'static,
    ) -> Option<oneshot::Receiver<()>> {
        let trail = self.inner.trail.as_ref()?;
        let namespace = &self.inner.namespace;
        let Added { gone, emptied } = loop {
            let early = {
                let mut parking = lock(&namespace.inner.parking);
                let mut early = lock(&self.inner.early);
                if early.is_empty() {
                    // Whoever sees that it is parked waits for the lock, and then finds it here.
                    self.inner.phase.store(PARKED, Ordering::Release);
                    early.end();
                    namespace.members().park(&self.inner.id);
                    let parked = Parked { socket: self.clone(), _stay: Box::new(stay) };
                    let most = Most { all: bounds.max_parked, per_ip: bounds.max_parked_per_ip };
                    break parking.add(trail.pid, until, counted(self.inner.conn.peer.ip()), parked, most);
                }
                early.take()
            };
            // It was still being decided about. What can be missed is noted, as the connection takes nothing any more.
            early.into_iter().for_each(|send| drop(send(self)));
        };
        drop(self.take_missed());
        self.drop_producers();
        self.inner.drained.notify_waiters();
        gone.into_iter().for_each(Parked::end);
        // The application has taken it out meanwhile.
        if self.own_reason().is_some() {
            self.unpark();
        }
        emptied
    }

    /// Waits for the client no more.
    pub(super) fn unpark(&self) {
        let Some(trail) = &self.inner.trail else { return };
        let parked = lock(&self.inner.namespace.inner.parking).take(&trail.pid, Duration::ZERO);
        if let Some(parked) = parked {
            parked.end();
        }
    }

    /// Notes an event that cannot be sent as the client is gone.
    pub(super) fn miss(&self, message: &Prepared) -> Result<(), Error> {
        let trail = self.inner.trail.as_ref().filter(|_| message.may_be_missed());
        let Some(trail) = trail else { return Err(Error::Closed) };
        let limits = self.inner.conn.shared.limits.packet();
        let heir = trail
            .note_absent(|parser| message.of(parser, true, || limits).as_ref().ok().and_then(|it| it.noted.clone()));
        heir.map_or(Err(Error::Closed), |heir| heir.deliver(message))
    }
}

impl Namespace {
    /// A socket for a client that may come back.
    pub(crate) fn tracked(
        &self,
        ids: (SocketId, SocketId),
        conn: &Arc<Conn>,
        parser: Parser,
        bounds: &Recovery,
        auth: Option<Box<Value>>,
    ) -> Socket {
        let (id, pid) = ids;
        lock(&self.inner.parking).expect(pid, id);
        let trail = Trail::new(pid, parser, self.inner.course.start(), bounds);
        Socket::with_trail(id, self.clone(), conn.clone(), auth, Some(trail), None)
    }

    /// The socket that a client claims which is in by another connection than `conn`, or has left it and is not waited for yet: its
    /// handlers are being told.
    pub(crate) fn still_in(&self, claim: &Claim<'_>, conn: &Arc<Conn>) -> Option<Socket> {
        let pid = SocketId::parse(claim.pid)?;
        let id = lock(&self.inner.parking).expected(&pid)?;
        let socket = self.members().get_absent_too(&id)?;
        let parked = socket.inner.phase.load(Ordering::Acquire) == PARKED;
        (!parked && !Arc::ptr_eq(&socket.inner.conn, conn)).then_some(socket)
    }

    /// The socket of a client that is back, with what it has missed. Its connection is `conn` now. `None` when nobody is waited
    /// for by that claim, or something that was missed is not there any more: the client begins anew then.
    pub(crate) fn reclaim(&self, claim: &Claim<'_>, conn: &Arc<Conn>, auth: Option<Box<Value>>) -> Option<Socket> {
        let pid = SocketId::parse(claim.pid)?;
        let parked = lock(&self.inner.parking).take(&pid, conn.now())?;
        let old = &parked.socket;
        let parser = conn.lock().sio.parser();
        let data = lock(&old.inner.data).clone();
        let heir = old.inner.trail.as_ref().filter(|trail| Some(trail.parser) == parser).and_then(|trail| {
            trail.bequeath(claim.offset, |trail: Trail<Socket>| {
                Socket::with_trail(old.inner.id, self.clone(), conn.clone(), auth, Some(trail), data)
            })
        });
        let Some(socket) = heir else {
            parked.end();
            return None;
        };
        old.inner.phase.store(LEFT, Ordering::Release);
        // Whoever waits for the former one waits for nothing.
        old.drop_producers();
        old.inner.drained.notify_waiters();
        let former = self.members().replace(&old.inner.id, socket.clone());
        drop(former);
        Some(socket)
    }

    /// Waits no more for those whose time is over at `now`, and tells when the next one's is.
    pub(crate) fn sweep(&self, now: Duration) -> Option<Duration> {
        let (gone, next) = lock(&self.inner.parking).expire(now);
        gone.into_iter().for_each(Parked::end);
        next
    }

    /// How many clients are waited for, and until when the one that was lost last.
    pub(super) fn waits_for(&self) -> Option<(usize, Duration)> {
        lock(&self.inner.parking).newest()
    }

    /// Waits for nobody any more.
    pub(crate) fn forget_parked(&self) {
        let gone = lock(&self.inner.parking).clear();
        gone.into_iter().for_each(Parked::end);
    }
}

impl Parked {
    /// The client did not come back.
    fn end(self) {
        self.socket.left();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::dialect::Dialect;
    use crate::shared::Shared;

    #[test]
    fn the_private_id_of_a_socket_that_has_left_is_known_no_more() {
        let namespace = Namespace::with_gate("/", Default::default());
        let shared = Arc::new(Shared::new(Config::default()));
        let random = || SocketId::random().expect("randomness");
        let peer = ([127, 0, 0, 1], 1).into();
        let conn = Conn::new(random(), peer, shared, engineio::Transport::WebSocket, Dialect::default());
        let (id, pid) = (random(), random());
        let socket = namespace.tracked((id, pid), &conn, Parser::Json, &Recovery::default(), None);
        namespace.members().add(id, socket.clone());
        let known = || lock(&namespace.inner.parking).expected(&pid);
        assert_eq!(known(), Some(id));
        socket.park(Duration::MAX, &Recovery::default(), ());
        assert_eq!(known(), Some(id), "it may come back");
        socket.left();
        assert_eq!(known(), None);
        namespace.forget_parked();
    }
}
