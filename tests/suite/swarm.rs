//! Many bots on one server.

use bots::swarm::{Args, run};
use clap::Parser as _;
use tests::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_swarm_over_every_transport_with_both_parsers_sees_no_mismatch_and_no_error() {
    for way in [["websocket", "msgpack"], ["upgrade", "json"], ["polling", "msgpack"]] {
        let server = Server::start();
        let url = server.url();
        let line = [
            "muster-bots",
            "--url",
            &url,
            "--matches",
            "3",
            "--players",
            "4",
            "--seconds",
            "6",
            "--transport",
            way[0],
            "--parser",
            way[1],
        ];
        let report = run(&Args::parse_from(line)).await.expect("the server is there");
        assert!(report.is_clean(), "{way:?}\n{report}");
        let status = server.status().await;
        assert_eq!(status["ticks"]["skipped"], 0, "{status}");
    }
}
