//! Muster's side of the transport comparison (`cargo xtask peers`): at every tick one event with one binary argument to every
//! client, with everything on that a real server has: heartbeat, a room of all clients, an event with an acknowledgement.
//! Takes the flags of the other servers in `benches/peers`, and obeys the same commands.

mod control;
mod flags;
mod sender;
mod ticker;

use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use flags::Flags;
use sender::{Clients, ROOM, Sender};
use ticker::Ticker;
use transport::{Config, Recovery, Server, serve};

fn main() -> Result<(), transport::Error> {
    run(|| None)
}

/// Serves until it is told to end. `allocations` counts those of the process, where somebody counts.
pub(crate) fn run(allocations: fn() -> Option<usize>) -> Result<(), transport::Error> {
    let flags = Flags::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(flags.threads).enable_all().build()?;
    let server = Server::new(Config {
        ping_interval: Duration::from_millis(flags.ping_interval),
        ping_timeout: Duration::from_millis(flags.ping_timeout),
        recovery: flags.recovery.then(Recovery::default),
        ..Config::default()
    })?;
    let namespace = server.namespace("/");
    let clients = Arc::new(Clients::default());
    let (joining, leaving) = (clients.clone(), clients.clone());
    namespace.on_connect(move |socket, _auth| {
        socket.join(ROOM);
        joining.add(socket);
        Ok(())
    });
    namespace.on_disconnect(move |socket, _reason| leaving.remove(socket));
    namespace.on("ask", |_socket, args, ack| {
        if let Some(ack) = ack {
            // A client that is gone needs no answer.
            let _ = ack.send(args);
        }
    });
    let ticker = Arc::new(Ticker::new(flags.rate));
    let mut sender = Sender::new(namespace, clients, (flags.lane(), flags.single), flags.bytes);
    let ticking = ticker.clone();
    std::thread::spawn(move || ticking.run(|ticks| sender.send(ticks)));
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(flags.listen).await?;
        println!("listening {}", listener.local_addr()?);
        if flags.control {
            control::obey(ticker, server.clone(), allocations);
        }
        serve(listener, server.router(), &server, std::future::pending()).await
    })
}
