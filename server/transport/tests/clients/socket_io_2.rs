//! `socket.io-client` 2 over Engine.IO 3, alone and beside version 4.

use std::time::Duration;

use transport::Config;

use crate::driver::{LIMIT, held, serving};
use crate::{node, playground};

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn version_2_does_everything_over_every_transport() {
    // A heartbeat that has to beat while the scenarios run.
    let config = Config {
        allow_eio3: true,
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(1_000),
        max_payload: 1_000_000,
        ..Config::default()
    };
    let printed =
        serving(config, playground::set_up, |url| node::run("socket-io-2.mjs", &[url], &[("DEBUG", "")], LIMIT));
    // Nine scenarios over each of five ways.
    assert_eq!(held(&printed), 45, "{printed}");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn version_2_is_told_where_it_is_not_allowed() {
    let printed = serving(Config::default(), playground::set_up, |url| {
        node::run("socket-io-2.mjs", &[url, "refused"], &[("DEBUG", "")], LIMIT)
    });
    assert_eq!(held(&printed), 2, "{printed}");
}
