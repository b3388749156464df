//! Starts everything, serves until told to stop, and takes everything down again.

use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::session::{self, Session};
use crate::{Settings, http};

/// Serves on `listener` until `shutdown` ends; returns when every connection and match is gone.
///
/// # Errors
/// When threads or the network can't be had.
pub async fn run(
    settings: Settings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let server = transport::Server::new(settings.transport()).context("bad transport settings")?;
    let host = host::Host::start(settings.host()).context("no tick threads")?;
    let session = Session::new(&server, host.clone(), &settings);
    session::install(&server, &session);
    let router = http::router(&server, Arc::clone(&session), settings.web.as_deref());
    tracing::info!(%address, "serving");
    let lobby = tokio::spawn(session::run_lobby(session));
    // Matches end first, so that their players are told before the connections close. A tick thread may be in the
    // middle of a step: waiting for it must not hold up a network thread.
    let stopping = async move {
        shutdown.await;
        if tokio::task::spawn_blocking(move || host.shutdown()).await.is_err() {
            tracing::error!("the host did not shut down cleanly");
        }
    };
    let served = transport::serve(listener, router, &server, stopping).await;
    lobby.abort();
    tracing::info!("stopped");
    served.context("serving failed")
}
