//! Clients that fall behind, go away and come back. Their mirrors are the judges: a frame they can't apply, or whose hash
//! differs, fails the test.

use std::time::Duration;

use messages::SCHEMA;
use serde_json::{Value, json};
use tests::raw::Raw;
use tests::server::Server;
use wire::{FrameError, Mirror, Tick};

/// Joins a match against the computer. Returns the connection and the seat's token.
async fn solo(server: &Server) -> (Raw, String) {
    let mut raw = Raw::join(server.address()).await;
    let reply = raw.ask(&json!(["play", { "solo": true }])).await;
    let token = reply[0]["seated"]["token"].as_str().expect("a seat comes with a token").to_owned();
    (raw, token)
}

/// Applies frames until one of `tick` or later, without a word. Returns the largest number of ticks that one covered.
async fn follow(raw: &mut Raw, mirror: &mut Mirror, tick: Tick) -> u32 {
    let mut widest = 0;
    loop {
        let frame = raw.binary().await;
        let applied = mirror.apply(&frame).expect("frames apply in order");
        widest = widest.max(applied.base.map_or(0, |base| applied.tick.since(base)));
        if applied.tick >= tick {
            return widest;
        }
    }
}

/// The same, telling each frame that covers more than a tick, and every fifth.
async fn follow_and_tell(raw: &mut Raw, mirror: &mut Mirror, tick: Tick) -> u32 {
    let mut widest = 0;
    while mirror.tick().is_none_or(|held| held < tick) {
        let wide = follow_on(raw, mirror, 1).await;
        widest = widest.max(wide);
        if wide > 1 || mirror.tick().is_some_and(|held| held.0 % 5 == 0) {
            say_seen(raw, mirror).await;
        }
    }
    widest
}

/// The same for some ticks beyond what the mirror holds.
async fn follow_on(raw: &mut Raw, mirror: &mut Mirror, ticks: u32) -> u32 {
    let until = Tick(mirror.tick().map_or(0, |tick| tick.0) + ticks);
    follow(raw, mirror, until).await
}

async fn say_seen(raw: &mut Raw, mirror: &Mirror) {
    let tick = mirror.tick().map_or(0, |tick| tick.0);
    raw.send(&format!("42{}", json!(["seen", tick]))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stalls_is_sent_little_meanwhile_and_catches_up_in_merged_frames() {
    let server = Server::start();
    let (mut raw, _) = solo(&server).await;
    let mut mirror = Mirror::new(&SCHEMA);
    follow_and_tell(&mut raw, &mut mirror, Tick(8)).await;
    // Five seconds are 100 ticks; the window is eight frames here, and after it comes one after one second and after three.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let now = server.status().await["ticks"]["stepped"].as_u64().expect("a count");
    let now = Tick(u32::try_from(now).expect("a short match"));
    let (mut frames, mut widest) = (0, 0);
    while mirror.tick().is_none_or(|held| held.0 + 30 < now.0) {
        widest = widest.max(follow_on(&mut raw, &mut mirror, 1).await);
        frames += 1;
    }
    assert!(frames <= 12, "{frames} frames were sent to a client that took none");
    assert!(widest >= 15, "frames that cover {widest} ticks at most: nothing was merged while the client was silent");
    say_seen(&mut raw, &mirror).await;
    let held = mirror.tick().expect("frames were applied");
    follow_and_tell(&mut raw, &mut mirror, Tick(held.0 + 120)).await;
    let widest = follow_and_tell(&mut raw, &mut mirror, Tick(held.0 + 160)).await;
    assert!(widest <= 3, "a client that keeps up again still gets frames that cover {widest} ticks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_says_what_it_has_seen_is_served_all_the_same() {
    let server = Server::start();
    let (mut raw, _) = solo(&server).await;
    let mut mirror = Mirror::new(&SCHEMA);
    follow(&mut raw, &mut mirror, Tick(100)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_is_resumed_from_the_frame_the_client_holds() {
    let server = Server::start();
    let (mut raw, token) = solo(&server).await;
    let mut mirror = Mirror::new(&SCHEMA);
    follow(&mut raw, &mut mirror, Tick(10)).await;
    assert_eq!(raw.ask(&json!(["act", 7, { "type": "stop", "units": [65_000] }])).await, json!([null]));
    follow_on(&mut raw, &mut mirror, 3).await;
    drop(raw);

    let mut raw = Raw::join(server.address()).await;
    let held = mirror.tick().expect("a frame was applied");
    let reply = raw.ask(&json!(["resume", { "token": token, "tick": held.0 }])).await;
    assert!(reply[0]["seated"].is_object(), "{reply}");
    let start = raw.text_where(|text| text.starts_with("42[\"start\"")).await;
    let start: Value = serde_json::from_str(&start[2..]).expect("an event is JSON");
    assert_eq!(start[1]["applied"], 7);
    let frame = raw.binary().await;
    let applied = mirror.apply(&frame).expect("the frame builds on what the client holds");
    assert_eq!(applied.base, Some(held));
    follow_on(&mut raw, &mut mirror, 25).await;
    let stale = raw.ask(&json!(["act", 7, { "type": "stop", "units": [65_000] }])).await;
    assert_eq!(stale[0]["code"], "stale_sequence", "a number runs once, also across connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_lost_its_state_asks_for_a_keyframe_and_gets_one() {
    let server = Server::start();
    let (mut raw, _) = solo(&server).await;
    let mut mirror = Mirror::new(&SCHEMA);
    follow(&mut raw, &mut mirror, Tick(10)).await;
    let mut fresh = Mirror::new(&SCHEMA);
    assert!(matches!(fresh.apply(&raw.binary().await), Err(FrameError::Base { .. })));
    raw.send("42[\"resync\"]").await;
    for _ in 0..40 {
        if fresh.apply(&raw.binary().await).is_ok() {
            follow_on(&mut raw, &mut fresh, 25).await;
            return;
        }
    }
    panic!("no keyframe came within two seconds");
}
