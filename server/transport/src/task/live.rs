//! The task of one connection: reads, runs timers and handlers, writes what the kernel refused to others, and ends the
//! connection. Everything that changes state happens in [`Task::turn`], which never waits.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use engineio::{Packet, Transport};
use tokio::io::Interest;
use tokio::sync::oneshot;

use super::joining::{Joining, Returning};
use crate::conn::Conn;
use crate::engine_socket::EngineSocket;
use crate::error::{BadInput, CloseReason};
use crate::io::{Reader, Wire};
use crate::server::Server;
use crate::sockets::{Socket, guarded};

/// How far away a timer is set that is not wanted.
const FAR: Duration = Duration::from_secs(3_600);

/// Runs the connection to its end. `ws` is the WebSocket of a session that began on one.
pub(crate) async fn run(server: Server, conn: Arc<Conn>, ws: Option<Box<Reader>>) {
    let raw = server.is_raw().then(|| EngineSocket::new(conn.clone()));
    let mut task = Task {
        server,
        conn,
        raw,
        sockets: Vec::new(),
        joining: Vec::new(),
        returning: Vec::new(),
        ws: None,
        replies: Vec::new(),
        warned: false,
        close_code: None,
        farewell: None,
        post: None,
    };
    if let Some(ws) = ws {
        task.attach(ws);
    }
    task.live().await;
    task.finish().await;
}

pub(super) struct Task {
    pub(super) server: Server,
    pub(super) conn: Arc<Conn>,
    /// Takes the place of Socket.IO where the server has none.
    pub(super) raw: Option<EngineSocket>,
    /// One for each namespace that let the client in.
    pub(super) sockets: Vec<Socket>,
    /// Those who wait to be let into one.
    pub(super) joining: Vec<Joining>,
    /// Those whose former connection has to end first.
    pub(super) returning: Vec<Returning>,
    pub(super) ws: Option<Box<Reader>>,
    /// Control frames that tungstenite answers with.
    pub(super) replies: Vec<u8>,
    /// Bad input has been logged for this connection.
    warned: bool,
    /// The code to close the WebSocket with.
    pub(super) close_code: Option<u16>,
    /// The client has sent its close frame: the code to answer it with, or none.
    pub(super) farewell: Option<Option<u16>>,
    /// What is left of a POST, and whom to tell when nothing is.
    pub(super) post: Option<(std::vec::IntoIter<Packet>, oneshot::Sender<()>)>,
}

/// Whether there is more to take in than one turn takes.
#[derive(PartialEq, Eq)]
pub(super) enum Turn {
    Done,
    More,
}

impl Task {
    async fn live(&mut self) {
        let conn = self.conn.clone();
        let sleep = tokio::time::sleep(FAR);
        tokio::pin!(sleep);
        loop {
            // Handlers are guarded one by one; what else is the application's, such as what it keeps with a socket, is not.
            let Some(turn) = guarded("connection", conn.sid, || self.turn()) else {
                return conn.close(CloseReason::HandlerPanic);
            };
            let (closed, timeout, wants_write) = {
                let core = conn.lock();
                (core.engine.is_closed(), core.timeout(), core.wants_write())
            };
            if closed {
                return;
            }
            if turn == Turn::More {
                tokio::task::yield_now().await;
                continue;
            }
            let deadline = timeout.map_or_else(|| tokio::time::Instant::now() + FAR, |at| conn.shared.instant(at));
            if sleep.deadline() != deadline {
                sleep.as_mut().reset(deadline);
            }
            let interest = if wants_write { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
            let stream = self.ws.as_deref().map(Reader::stream);
            tokio::select! {
                () = conn.wake.notified() => {}
                () = &mut sleep => {}
                _ = async { stream?.ready(interest).await.ok() }, if stream.is_some() => {}
            }
        }
    }

    /// Takes what waits: timers, the packets of a POST, WebSocket messages, as many as one turn may. Then writes what followed
    /// from it.
    fn turn(&mut self) -> Turn {
        let now = self.conn.now();
        let mut late = None;
        let (newcomer, post, caught_up) = {
            let mut core = self.conn.lock();
            core.corked = true;
            if core.timeout().is_some_and(|at| at <= now) {
                core.engine.handle_timeout(now);
                if let Err(e) = core.sio.handle_timeout(now) {
                    tracing::debug!(session = %self.conn.sid, error = %e, "closed by a timer");
                    core.close(now, CloseReason::ForcedServerClose, &self.conn.shared.metrics);
                    late = Some(e);
                }
            }
            (core.newcomer.take(), core.post.take(), core.caught_up.take())
        };
        if let Some(ws) = newcomer {
            self.attach(ws);
        }
        if let Some(e @ socketio::Error::AttachmentsWithheld { .. }) = late {
            self.bad_input(BadInput::of_packet(&e), &e);
        }
        self.take_decisions();
        self.take_returned();
        self.dispatch();
        if let Some(post) = post {
            self.post = Some((post.packets.into_iter(), post.done));
        }
        // What came in a POST comes before what a WebSocket brings that has taken over meanwhile.
        let turn = match self.take_post() {
            Turn::More => Turn::More,
            Turn::Done => self.read(),
        };
        if let Some(caught_up) = caught_up {
            // The request may have been given up.
            let _ = caught_up.send(());
        }
        self.settle();
        turn
    }

    /// Takes packets of the POST.
    fn take_post(&mut self) -> Turn {
        let Some((mut packets, done)) = self.post.take() else { return Turn::Done };
        let most = self.conn.shared.config.turn_packets;
        packets.by_ref().take(most).for_each(|packet| self.packet(Transport::Polling, packet));
        let mut core = self.conn.lock();
        if packets.len() > 0 && !core.engine.is_closed() {
            drop(core);
            self.post = Some((packets, done));
            return Turn::More;
        }
        core.engine.end_post();
        // The client may have given the request up.
        let _ = done.send(());
        Turn::Done
    }

    /// Counts bad input, and logs the first one of the connection.
    pub(super) fn bad_input(&mut self, class: BadInput, error: &dyn std::fmt::Display) {
        self.conn.shared.metrics.bad_input(class);
        if !std::mem::replace(&mut self.warned, true) {
            let (session, peer) = (self.conn.sid, self.conn.peer);
            tracing::warn!(%session, %peer, class = class.as_str(), error = %error, "bad input");
        }
    }

    pub(super) fn attach(&mut self, ws: Box<Reader>) {
        self.conn.lock().wire = Some(Wire::new(ws.stream().clone()));
        self.conn.shared.metrics.websockets.fetch_add(1, Relaxed);
        self.ws = Some(ws);
    }

    pub(super) fn detach(&mut self) {
        if self.ws.take().is_some() {
            self.conn.shared.metrics.websockets.fetch_sub(1, Relaxed);
        }
    }
}
