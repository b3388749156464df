//! Engine.IO alone: sessions, transports and heartbeat of a [`Server`], with the application's own messages in place of
//! Socket.IO.

use std::time::Duration;

use axum::Router;

use crate::config::Config;
use crate::engine_socket::EngineSocket;
use crate::error::Error;
use crate::metrics::Metrics;
use crate::server::Server;

/// As long as settings may be.
const NEVER: Duration = Duration::from_secs(365 * 86_400);

/// A server of Engine.IO without Socket.IO. Clones are handles to the same one.
///
/// ```
/// use transport::{Config, EngineServer};
///
/// let engine = EngineServer::new(Config { path: "/engine.io/".to_owned(), ..Config::default() })?;
/// engine.on_connection(|socket| {
///     socket.on_message(|socket, message| {
///         let _ = socket.send(message.clone());
///     });
/// });
/// # Ok::<(), transport::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct EngineServer {
    server: Server,
}

impl EngineServer {
    /// A server with these settings; those of namespaces, packets and acknowledgements have no meaning here. Engine.IO clients
    /// expect the path `/engine.io/`.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that cannot work.
    pub fn new(config: Config) -> Result<Self, Error> {
        // Nobody joins a namespace here.
        let server = Server::new(Config { connect_timeout: NEVER, ..config })?;
        server.replace_socket_io();
        Ok(Self { server })
    }

    /// Runs for every session that is opened, in its task and before its first message, in place of a handler set before.
    /// What it sends follows the handshake.
    pub fn on_connection(&self, handler: impl Fn(&EngineSocket) + Send + Sync + 'static) {
        self.server.set_on_connection(handler);
    }

    /// The routes of the endpoint, to be merged with an application's own, or those of a [`Server`] on the same port.
    pub fn router(&self) -> Router {
        self.server.router()
    }

    /// The server below, for [`serve`](crate::serve).
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        self.server.metrics()
    }

    /// Refuses new sessions and ends all open ones. Returns at once. [`serve`](crate::serve) does so for the server it was
    /// given; beside another one it is up to the application.
    pub fn close(&self) {
        self.server.close();
    }

    /// Waits until every task of the server has ended; as [`Server::closed`].
    pub async fn closed(&self) {
        self.server.closed().await;
    }
}
