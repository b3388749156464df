//! `engine.io-client` of both revisions against an Engine.IO server without Socket.IO.

use std::time::Duration;

use transport::{Config, EngineServer};

use crate::driver::{LIMIT, held, serving_routes};
use crate::node;

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn both_revisions_echo_over_every_transport() {
    let engine = EngineServer::new(Config {
        path: "/engine.io/".to_owned(),
        allow_eio3: true,
        ping_interval: Duration::from_millis(200),
        ping_timeout: Duration::from_millis(600),
        max_payload: 1_000_000,
        ..Config::default()
    })
    .expect("valid settings");
    engine.on_connection(|socket| {
        socket.on_message(|socket, message| {
            if matches!(message, transport::Message::Text(text) if *text == *"hang up") {
                return socket.close();
            }
            let _ = socket.send(message.clone());
        });
    });
    let printed = serving_routes(engine.server(), engine.router(), |url| {
        node::run("engine-io.mjs", &[url], &[("DEBUG", "")], LIMIT)
    });
    // Five scenarios, five ways with revision 3 and three with revision 4.
    assert_eq!(held(&printed), 40, "{printed}");
}
