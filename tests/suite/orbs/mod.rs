//! Another game on the same server parts: orbs, the engine's example, over real sockets. Its files are those of the
//! examples.

#[path = "../../../server/app/examples/orbs/arena.rs"]
mod arena;
#[path = "../../../server/engine/examples/orbs/bot.rs"]
mod bot;
mod client;
#[path = "../../../server/engine/examples/orbs/game.rs"]
mod game;
#[path = "../../../server/engine/examples/orbs/rules.rs"]
mod rules;
#[path = "../../../server/engine/examples/orbs/schema.rs"]
mod schema;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use engine::SeatId;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use client::Client;

/// How long anything that must come may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// An arena on a free port, with computers at its first seats; it ends when the sender is dropped.
async fn arena(computers: usize) -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
    let address = listener.local_addr().expect("a bound listener has an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        // A dropped sender means the same as a message: the test is over.
        let _ = stopped.await;
    };
    let (server, host) = arena::open(computers).expect("threads can be had");
    tokio::spawn(async move {
        transport::serve(listener, server.router(), &server, shutdown).await.expect("it serves until it is stopped");
        tokio::task::spawn_blocking(move || host.shutdown()).await.expect("the tick threads end");
    });
    (address, stop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn players_drop_into_a_game_that_is_not_the_strategy_game_and_their_mirrors_stay_right() {
    let (address, _stop) = arena(3).await;
    let players: Vec<_> =
        (0..6).map(|_| tokio::spawn(async move { Client::join(address).await.play(50).await })).collect();
    let mut seats = Vec::new();
    for player in players {
        let played = tokio::time::timeout(PATIENCE, player).await.expect("in time").expect("it plays to its end");
        assert!(played.hash_checks >= 2 && played.receipts >= 2, "{played:?}");
        assert_eq!(played.refused, 0, "{played:?}");
        seats.push(played.seat);
    }
    seats.sort_unstable();
    assert_eq!(seats, [3, 4, 5, 6, 7, 8].map(SeatId), "each has a seat of its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_is_free_again_when_its_connection_is_gone() {
    let (address, _stop) = arena(0).await;
    let first = Client::join(address).await;
    assert_eq!(first.seat(), SeatId(0));
    assert!(first.play(45).await.receipts > 3);
    let began = Instant::now();
    loop {
        let next = Client::join(address).await;
        if next.seat() == SeatId(0) {
            // Its numbers are not above those of who sat there before.
            let played = tokio::time::timeout(PATIENCE, next.play(17)).await.expect("frames come");
            assert!(played.receipts > 0);
            break;
        }
        assert!(began.elapsed() < PATIENCE, "seat 0 is never free again");
        // Not faster than the arena ticks, or all other seats would be taken and left too.
        next.play(1).await;
    }
}
