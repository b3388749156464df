//! Serves orbs, the engine's example of a game, to any Socket.IO client. Each connection that says `play` gets a seat
//! of the one arena until it is gone.
//!
//! `cargo run -p app --example orbs [ADDRESS]`, by default at 127.0.0.1:3002.

mod arena;
#[path = "../../../engine/examples/orbs/game.rs"]
mod game;
#[path = "../../../engine/examples/orbs/rules.rs"]
mod rules;
#[path = "../../../engine/examples/orbs/schema.rs"]
mod schema;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3002".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("orbs at http://{}/socket.io/, events as in the arena's source", listener.local_addr()?);
    arena::serve(listener, std::future::pending()).await
}
