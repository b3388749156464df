//! When everyone has gone, nothing is left.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::raw::Raw;
use tests::server::Server;

/// How long the server may take to notice that all have gone.
const PATIENCE: Duration = Duration::from_secs(15);

#[tokio::test]
async fn matches_seats_and_connections_return_to_zero_when_all_have_left() {
    let server = Server::with(|settings| settings.abandon_after_s = 1);
    let mut players = Vec::new();
    for _ in 0..4 {
        let mut player = Raw::join(server.address()).await;
        let reply = player.ask(&json!(["play", { "solo": true }])).await;
        assert!(reply[0]["seated"]["token"].is_string(), "play was answered with {reply}");
        player.binary().await;
        players.push(player);
    }
    assert_eq!(server.status().await["matches"], 4);
    assert_eq!(server.status().await["seats"], 4);

    // Half of them say good-bye; the others are just gone.
    for player in players.iter_mut().take(2) {
        assert_eq!(player.ask(&json!(["leave"])).await, json!([null]));
    }
    drop(players);

    let deadline = Instant::now() + PATIENCE;
    loop {
        let status = server.status().await;
        let left: Vec<&Value> = vec![&status["matches"], &status["seats"], &status["waiting"]];
        if left.iter().all(|count| **count == 0) {
            return;
        }
        assert!(Instant::now() < deadline, "still there after {} s: {status}", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn what_arrives_after_a_seat_was_left_is_answered_but_not_held_against_the_client() {
    let server = Server::start();
    let mut player = Raw::join(server.address()).await;
    player.ask(&json!(["play", { "solo": true }])).await;
    player.binary().await;
    assert_eq!(player.ask(&json!(["leave"])).await, json!([null]));
    player.send("42[\"seen\",1]").await;
    let late = player.ask(&json!(["act", 1, { "type": "stop", "units": [1] }])).await;
    assert_eq!(late[0]["code"], "not_seated");
    assert_eq!(server.status().await["problems"], json!({}));
    let again = player.ask(&json!(["play", { "solo": true }])).await;
    assert!(again[0]["seated"].is_object(), "the connection is free to play again: {again}");
}

#[tokio::test]
async fn resume_and_leave_at_once_never_close_the_other_players_match() {
    let server = Server::start();
    for round in 0..20 {
        let code = format!("race {round}");
        let play = json!(["play", { "code": code, "waitMs": 60_000 }]);
        let (mut stays, mut goes) = (Raw::join(server.address()).await, Raw::join(server.address()).await);
        stays.ask(&play).await;
        let reply = goes.ask(&play).await;
        let token = reply[0]["seated"]["token"].as_str().expect("a token").to_owned();
        stays.binary().await;
        goes.binary().await;
        let mut again = Raw::join(server.address()).await;
        let (leave, resume) = (json!(["leave"]), json!(["resume", { "token": token }]));
        tokio::join!(goes.ask(&leave), again.ask(&resume));
        again.ask(&leave).await;
        for _ in 0..3 {
            stays.binary().await;
        }
    }
}
