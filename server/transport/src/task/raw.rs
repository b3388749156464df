//! Events on their way up where there is no Socket.IO: straight from the Engine.IO machine to the application's handlers.

use std::sync::atomic::Ordering::Relaxed;

use super::live::Task;
use crate::engine_socket::EngineSocket;
use crate::error::CloseReason;
use crate::sockets::guarded;

impl Task {
    /// Hands events up. Tells whether there was any.
    pub(super) fn dispatch_raw(&mut self, socket: &EngineSocket) -> bool {
        let mut any = false;
        loop {
            let event = self.conn.lock().engine.poll_event();
            let Some(event) = event else { return any };
            any = true;
            let done = match event {
                engineio::Event::Opened(_) => {
                    let handler = self.server.on_connection();
                    handler.map_or(Some(()), |handler| guarded("connection", socket.id(), || handler(socket)))
                }
                engineio::Event::Message(message) => {
                    let handler = socket.message_handler();
                    handler.map_or(Some(()), |handler| guarded("message", socket.id(), || handler(socket, &message)))
                }
                engineio::Event::Upgraded => {
                    self.conn.shared.metrics.upgrades_total.fetch_add(1, Relaxed);
                    Some(())
                }
                engineio::Event::UpgradeAborted => {
                    self.drop_probe();
                    Some(())
                }
                engineio::Event::Closed(reason) => {
                    let own = self.conn.lock().reason;
                    let reason = own.unwrap_or_else(|| CloseReason::from_engine(reason));
                    let handler = socket.close_handler();
                    let done =
                        handler.map_or(Some(()), |handler| guarded("close", socket.id(), || handler(socket, reason)));
                    socket.clear();
                    done
                }
            };
            self.check(done);
        }
    }

    /// Lets go of a WebSocket that has not taken over. At the session's end it is kept for a while, see `finish`.
    fn drop_probe(&mut self) {
        let mut core = self.conn.lock();
        if core.engine.is_closed() {
            return;
        }
        (core.wire, core.newcomer) = (None, None);
        drop(core);
        self.detach();
    }
}
