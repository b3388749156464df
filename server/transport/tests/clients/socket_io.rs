//! `socket.io-client` 4.8, 4.0 and 3.1, over every transport; 4.8 with either parser.

use std::time::Duration;

use transport::{Config, Recovery};

use crate::driver::{LIMIT, held, serving};
use crate::{arena, node};

/// Fourteen scenarios over each of three ways.
fn plays(version: &str) {
    // A heartbeat that has to beat while the scenarios run.
    let config = Config {
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_secs(10),
        max_payload: 1_000_000,
        ..Config::default()
    };
    let printed =
        serving(config, arena::set_up, |url| node::run("socket-io.mjs", &[url, version], &[("DEBUG", "")], LIMIT));
    assert_eq!(held(&printed), 42, "{printed}");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn version_4_8_does_everything_over_every_transport() {
    plays("4.8");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn version_4_8_does_everything_with_messagepack() {
    plays("4.8 msgpack");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn version_4_0_does_everything_over_every_transport() {
    plays("4.0");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn version_3_1_does_everything_over_every_transport() {
    plays("3.1");
}

/// Seven scenarios with either parser over each of three ways.
#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn version_4_8_is_recovered_after_it_lost_its_connection() {
    let recovery = Recovery { max_events: 8, ..Recovery::default() };
    let config = Config { recovery: Some(recovery), ..Config::default() };
    let printed = serving(config, arena::set_up, |url| node::run("recovery.mjs", &[url], &[("DEBUG", "")], 2 * LIMIT));
    assert_eq!(held(&printed), 42, "{printed}");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn a_page_loads_the_client_from_the_server() {
    let folder = node::folder().join("node_modules/socket.io-client/dist");
    let config = Config { client_files: Some(folder), ..Config::default() };
    let printed = serving(config, arena::set_up, |url| node::run("bundles.mjs", &[url], &[("DEBUG", "")], LIMIT));
    assert_eq!(held(&printed), 5, "{printed}");
}
