//! The end of a connection: the last packets leave, the peer is told, and everything is let go.

use engineio::Transport;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::live::Task;
use crate::error::CloseReason;
use crate::io::{ReadError, Reader, Received, ws_close};
use crate::sockets::guarded;

/// Most values of an application that may panic at one connection's end before its events are let go of.
const MOST_PANICS: usize = 64;

impl Task {
    /// Lets the last packets leave, then lets go of everything.
    pub(super) async fn finish(&mut self) {
        let conn = self.conn.clone();
        // A panic costs one event at the least: all others still hear of the end.
        for _ in 0..MOST_PANICS {
            if guarded("end", conn.sid, || self.settle()).is_some() {
                break;
            }
        }
        let _ = guarded("end", conn.sid, || self.give_up_joining(None));
        self.end_post();
        let patience = tokio::time::Instant::now() + conn.shared.config.close_timeout;
        conn.lock().caught_up = None;
        let reason = self.close_reason();
        let patient = reason.to_engine().drains() || self.close_code.is_some();
        let upgraded = conn.lock().engine.transport() == Transport::WebSocket;
        if !upgraded && patient {
            let _ = tokio::time::timeout_at(patience, self.close_polling()).await;
        }
        if self.ws.is_some() {
            // Nobody reads any more where the stream has ended without a close frame.
            let mut told = reason == CloseReason::TransportClose && self.farewell.is_none();
            self.write_rest(&mut told);
            if patient {
                let _ = tokio::time::timeout_at(patience, self.close_websocket(told)).await;
            }
        }
        self.server.dismiss(&conn.sid);
        self.detach();
        let _ = guarded("end", conn.sid, || self.let_go_of_core());
        conn.shared.metrics.closed(reason);
        if reason == CloseReason::QueueFull {
            tracing::info!(session = %conn.sid, peer = %conn.peer, "session closed: its client takes too little");
        } else {
            tracing::debug!(session = %conn.sid, peer = %conn.peer, %reason, "session closed");
        }
    }

    /// Drops what others wait for, and what the application left for answers.
    pub(super) fn let_go_of_core(&self) {
        let mut core = self.conn.lock();
        let requests = (core.poll.take(), core.post.take(), core.newcomer.take(), core.caught_up.take());
        let rest = (std::mem::take(&mut core.acks), core.wire.take());
        // Not under the lock: the application's values may call.
        drop(core);
        drop((requests, rest));
    }

    /// Nobody takes what is left of a POST. Its client may have something to fetch and would give that up if it were refused.
    fn end_post(&mut self) {
        let mut core = self.conn.lock();
        core.engine.end_post();
        let posted = core.post.take().map(|post| post.done);
        drop(core);
        for done in self.post.take().map(|(_, done)| done).into_iter().chain(posted) {
            // The client may have given the request up.
            let _ = done.send(());
        }
    }

    /// Why the connection has ended.
    pub(super) fn close_reason(&self) -> CloseReason {
        let core = self.conn.lock();
        let machine = core.engine.close_reason().unwrap_or(engineio::CloseReason::TransportError);
        core.reason.unwrap_or(CloseReason::from_engine(machine))
    }

    /// Waits until the client has fetched the rest. A client in the middle of an upgrade does not poll any more and does not
    /// notice when the WebSocket it tries closes; so that WebSocket stays until the client has moved over to it.
    async fn close_polling(&mut self) {
        loop {
            if self.moves_over() || self.conn.lock().engine.queued_packets() == 0 {
                return;
            }
            let stream = self.ws.as_deref().map(Reader::stream);
            tokio::select! {
                () = self.conn.wake.notified() => {}
                _ = async { stream?.readable().await.ok() }, if stream.is_some() => {}
            }
            // A peer that never stops sending must not keep the timeout from running.
            tokio::task::yield_now().await;
        }
    }

    /// Reads from the WebSocket that an upgrade tries, as much as one turn may; tells whether the client has moved over to it.
    fn moves_over(&mut self) -> bool {
        let mut left = self.conn.shared.config.read_turn;
        while let Some(ws) = &mut self.ws {
            // Nobody is answered any more.
            self.replies.clear();
            match ws.next(&mut left, &mut self.replies) {
                Ok(Some(Received::Text(text))) if text.as_str() == "5" => {
                    self.conn.lock().engine.move_over();
                    return true;
                }
                Ok(Some(Received::Close(code))) => {
                    self.answer_close(code);
                    self.detach();
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => self.detach(),
            }
        }
        false
    }

    /// Writes what is queued, as far as the kernel takes it, and behind the last of it, once, the close frame. Tells whether the
    /// kernel has not taken all.
    fn write_rest(&self, told: &mut bool) -> bool {
        let (mut core, metrics) = (self.conn.lock(), &self.conn.shared.metrics);
        // A full queue has ended the connection already.
        let _ = core.pump(self.conn.now(), metrics);
        let waits = core.engine.transport() == Transport::WebSocket && core.engine.queued_packets() > 0;
        if !waits && !std::mem::replace(told, true) {
            if let Some(wire) = &mut core.wire {
                wire.add_control(ws_close(self.close_code.or(self.farewell.flatten())));
            }
            let _ = core.pump(self.conn.now(), metrics);
        }
        core.wants_write()
    }

    /// Writes the rest and reads until the peer has answered the close frame, or is gone.
    async fn close_websocket(&mut self, mut told: bool) {
        let mut framed = self.close_code.is_none();
        loop {
            let waiting = self.write_rest(&mut told);
            let Some(ws) = &mut self.ws else { return };
            let stream = ws.stream().clone();
            let rest = match (self.farewell, framed) {
                // Nothing can be read behind it.
                (Some(code), _) => Rest::Answered(code),
                (None, true) => read_frames(ws, self.conn.shared.config.read_turn),
                (None, false) => drop_bytes(&stream),
            };
            if let Rest::Answered(code) = rest {
                self.farewell = Some(code);
            }
            let interest = match (rest, waiting) {
                (Rest::Gone, _) | (Rest::Answered(_), false) => return,
                (Rest::Answered(_), true) => Interest::WRITABLE,
                (Rest::Broken, _) => {
                    framed = false;
                    continue;
                }
                (Rest::More, true) => Interest::READABLE | Interest::WRITABLE,
                (Rest::More, false) => Interest::READABLE,
            };
            match stream.ready(interest).await {
                Ok(ready) if !ready.is_write_closed() => {}
                _ => return,
            }
            // A peer that never stops sending must not keep the timeout from running.
            tokio::task::yield_now().await;
        }
    }
}

/// What is left of the incoming side.
enum Rest {
    /// More may come.
    More,
    /// The peer has sent its close frame, with that code.
    Answered(Option<u16>),
    /// What comes is no WebSocket frame any more.
    Broken,
    /// The stream has ended.
    Gone,
}

fn read_frames(ws: &mut Reader, turn: usize) -> Rest {
    let (mut left, mut replies) = (turn, Vec::new());
    loop {
        replies.clear();
        match ws.next(&mut left, &mut replies) {
            Ok(Some(Received::Close(code))) => return Rest::Answered(code),
            Ok(Some(_)) => {}
            Ok(None) => return Rest::More,
            Err(ReadError::Gone) => return Rest::Gone,
            Err(_) => return Rest::Broken,
        }
    }
}

/// Reads past what comes after a broken frame: a stream closed with unread bytes would be reset, and the close frame lost.
fn drop_bytes(stream: &TcpStream) -> Rest {
    let mut scratch = [0; 1_024];
    for _ in 0..64 {
        match stream.try_read(&mut scratch) {
            Ok(0) => return Rest::Gone,
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => return Rest::More,
            Err(_) => return Rest::Gone,
        }
    }
    Rest::More
}
