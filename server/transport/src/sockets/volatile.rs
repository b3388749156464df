//! Sending what is worthless later: it is dropped where the client is behind.

use engineio::Transport;
use serde::Serialize;
use socketio::Args;

use super::handle::Socket;
use crate::conn::Conn;
use crate::error::Error;
use crate::io::Wire;

/// Sends to one socket what it can take now; see [`Socket::volatile`].
#[derive(Debug)]
pub struct Volatile<'a> {
    socket: &'a Socket,
}

impl Socket {
    /// What is sent by way of this is dropped unless the client takes it at once: the kernel has taken all that was sent to
    /// its WebSocket before, or the GET of its long-polling waits. Events that one handler sends leave together and do not
    /// stand in each other's way. In middlewares and in [`on_connect`](crate::Gate::on_connect) the client is not in yet, and all of
    /// it is dropped.
    pub fn volatile(&self) -> Volatile<'_> {
        Volatile { socket: self }
    }

    pub(super) fn takes_volatile(&self) -> bool {
        self.is_connected() && takes_now(&self.inner.conn)
    }
}

impl Volatile<'_> {
    /// Sends `event`, or drops it; tells whether it was sent.
    ///
    /// # Errors
    /// As [`Socket::emit`].
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<bool, Error> {
        if !self.socket.takes_volatile() {
            return Ok(false);
        }
        self.socket.send_args(event, Args::from_serialize(args)?).map(|()| true)
    }

    /// Sends `event` with arguments made before, or drops it; tells whether it was sent.
    ///
    /// # Errors
    /// As [`Socket::emit`].
    pub fn emit_args(&self, event: &str, args: Args) -> Result<bool, Error> {
        if !self.socket.takes_volatile() {
            return Ok(false);
        }
        self.socket.send_args(event, args).map(|()| true)
    }
}

fn takes_now(conn: &Conn) -> bool {
    let core = conn.lock();
    let link = match core.engine.transport() {
        Transport::WebSocket => core.wire.as_ref().is_some_and(Wire::is_clear),
        Transport::Polling => core.poll.is_some(),
    };
    // What is queued while the task works through input leaves at its end.
    link && core.engine.is_open() && (core.corked || core.engine.queued_packets() == 0)
}
