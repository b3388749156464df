//! Serves orbs, the engine's example of a game, to the browser and to any Socket.IO client. Each connection that says
//! `play` gets a seat of the one arena until it is gone.
//!
//! `cargo run -p app --example orbs [ADDRESS]`, by default at 127.0.0.1:3002. The page is at `/orbs.html` once the
//! browser client is built: `npm ci && npm run build` in `client-demo/web`, or `cargo xtask play`.

mod arena;
#[path = "../../../engine/examples/orbs/bot.rs"]
mod bot;
#[path = "../../../engine/examples/orbs/game.rs"]
mod game;
#[path = "../../../engine/examples/orbs/rules.rs"]
mod rules;
#[path = "../../../engine/examples/orbs/schema.rs"]
mod schema;

use std::path::Path;

use tower_http::services::ServeDir;

/// Bots that keep players company.
const COMPUTERS: usize = 40;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3002".to_owned());
    let listener = transport::listen(&address).await?;
    println!("orbs at http://{}/orbs.html", listener.local_addr()?);
    let (server, _host) = arena::open(COMPUTERS)?;
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../client-demo/web/dist");
    let router = server.router().fallback_service(ServeDir::new(pages));
    Ok(transport::serve(listener, router, &server, std::future::pending()).await?)
}
