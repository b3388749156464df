//! Muster with the scripted worlds over real sockets, as `cargo xtask peers worlds` compares it: matches on tick threads, each
//! frame written straight from there, as `muster serve` does. A client says `join` with the number of its room, and `seen` now
//! and then; rooms begin with their first client.

mod control;
mod flags;
mod rooms;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use benches::world_game::{Reckoned, Sampled, Setup};
use clap::Parser;
use engine::Game;
use flags::Flags;
use rooms::Rooms;

fn main() -> Result<(), Box<dyn Error>> {
    let flags = Flags::parse();
    if flags.reckoned { serve::<Reckoned>(&flags) } else { serve::<Sampled>(&flags) }
}

fn serve<G: Game<Setup = Setup, Action = ()>>(flags: &Flags) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let server = transport::Server::new(transport::Config {
        ping_interval: Duration::from_millis(flags.ping_interval),
        ..transport::Config::default()
    })?;
    let rooms = Arc::new(Rooms::<G>::new(flags.setup())?);
    rooms::install(&server, &rooms);
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(flags.listen).await?;
        println!("listening {}", listener.local_addr()?);
        if flags.control {
            control::obey(rooms, server.clone());
        }
        Ok(transport::serve(listener, server.router(), &server, std::future::pending()).await?)
    })
}
