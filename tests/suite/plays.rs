//! How many matches one address may have open.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::raw::Raw;
use tests::server::Server;

/// How long the server may take to close a match that was dropped.
const PATIENCE: Duration = Duration::from_secs(15);

fn strict() -> Server {
    Server::with(|settings| {
        settings.trusted_proxies = 1;
        settings.max_plays_per_address = 2;
        settings.abandon_after_s = 1;
    })
}

/// Asks for a match against computers; the problem's code where there is none.
async fn play(raw: &mut Raw) -> Result<(), Value> {
    let reply = raw.ask(&json!(["play", { "solo": true }])).await;
    if reply[0]["seated"]["token"].is_string() {
        raw.binary().await;
        return Ok(());
    }
    Err(reply[0]["error"]["code"].clone())
}

#[tokio::test]
async fn an_address_has_its_share_of_matches_and_gets_it_back_by_leaving() {
    let server = strict();
    let mut players = Vec::new();
    for _ in 0..2 {
        let mut raw = Raw::join_behind(server.address(), "1.2.3.4").await;
        assert_eq!(play(&mut raw).await, Ok(()));
        players.push(raw);
    }
    let mut third = Raw::join_behind(server.address(), "1.2.3.4").await;
    assert_eq!(play(&mut third).await, Err("too_many_plays".into()));
    let mut other = Raw::join_behind(server.address(), "1.2.3.5").await;
    assert_eq!(play(&mut other).await, Ok(()), "another address has its own");
    assert_eq!(players[0].ask(&json!(["leave"])).await, json!([null]));
    assert_eq!(play(&mut third).await, Ok(()));
}

#[tokio::test]
async fn a_wait_for_others_counts_until_it_is_given_up() {
    let server = strict();
    let mut waiting = Raw::join_behind(server.address(), "1.2.3.4").await;
    let mut raw = Raw::join_behind(server.address(), "1.2.3.4").await;
    let wait = json!(["play", { "waitMs": 60_000, "code": "nobody else" }]);
    assert!(waiting.ask(&wait).await[0]["seated"].is_object());
    assert_eq!(play(&mut raw).await, Ok(()));
    let mut third = Raw::join_behind(server.address(), "1.2.3.4").await;
    assert_eq!(play(&mut third).await, Err("too_many_plays".into()));
    assert_eq!(waiting.ask(&json!(["leave"])).await, json!([null]));
    assert_eq!(play(&mut third).await, Ok(()));
}

#[tokio::test]
async fn a_match_that_is_dropped_counts_until_it_is_closed() {
    let server = strict();
    for _ in 0..2 {
        let mut raw = Raw::join_behind(server.address(), "1.2.3.4").await;
        assert_eq!(play(&mut raw).await, Ok(()));
    }
    let mut raw = Raw::join_behind(server.address(), "1.2.3.4").await;
    assert_eq!(play(&mut raw).await, Err("too_many_plays".into()));
    let start = Instant::now();
    while play(&mut raw).await.is_err() {
        assert!(start.elapsed() < PATIENCE, "nothing was closed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_machine_itself_has_no_share() {
    let server = Server::with(|settings| settings.max_plays_per_address = 1);
    for _ in 0..3 {
        let mut raw = Raw::join(server.address()).await;
        assert_eq!(play(&mut raw).await, Ok(()));
    }
}
