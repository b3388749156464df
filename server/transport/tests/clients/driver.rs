//! A server for the time of one test.

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use transport::{Config, Server, serve};

/// How long a program may run.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Serves on a free port while `clients` runs, which gets the address as `http://127.0.0.1:port`. Then shuts down and checks
/// that nothing is left.
pub(crate) fn serving<T>(config: Config, set_up: impl FnOnce(&Server), clients: impl FnOnce(&str) -> T) -> T {
    let server = Server::new(config).expect("valid settings");
    set_up(&server);
    serving_routes(&server, server.router(), clients)
}

/// As [`serving`], with routes of its own: also those of other servers.
pub(crate) fn serving_routes<T>(server: &Server, router: Router, clients: impl FnOnce(&str) -> T) -> T {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (stop, stopped) = oneshot::channel::<()>();
    let handle = server.clone();
    let served = runtime.spawn(async move {
        serve(listener, router, &handle, async {
            let _ = stopped.await;
        })
        .await
    });
    let result = clients(&address);
    drop(stop);
    let ended = runtime.block_on(async { tokio::time::timeout(LIMIT, served).await });
    ended.expect("the server ends").expect("no panic").expect("no error");
    let left = server.metrics().snapshot();
    assert_eq!((left.sessions, left.websockets, left.tcp), (0, 0, 0), "{left:?}");
    result
}

/// How many things a program says to have held.
pub(crate) fn held(printed: &str) -> usize {
    printed.lines().filter(|line| line.starts_with("ok ")).count()
}
