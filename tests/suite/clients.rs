//! Clients that others wrote.

use std::time::Duration;

use tests::node;
use tests::server::Server;

/// Six ways at once take about 10 s; a busy machine may need longer.
const LIMIT: Duration = Duration::from_secs(90);

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn socket_io_client_plays_over_every_transport_with_both_parsers() {
    let server = Server::start();
    let printed = node::run("clients.mjs", &[&server.url()], &[], LIMIT);
    let ways = printed.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(ways, 6, "not every way was played:\n{printed}");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn a_mirror_written_from_the_protocol_page_agrees_with_the_golden_frames() {
    let printed = node::run("vectors.mjs", &["../../shared/messages/vectors/frames.json"], &[], LIMIT);
    assert!(printed.contains("ok "), "no stream was compared:\n{printed}");
}
