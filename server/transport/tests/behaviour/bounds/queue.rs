//! What may wait for a client that does not take it.

use transport::{CloseReason, Config, Error, Socket};

use crate::client::{Polling, Running, Ws, quick, until, within};
use crate::tools::{echo, finish};

/// What a queued packet counts beside its payload.
const COST: usize = 192;

async fn stalled(running: &Running) -> Socket {
    // Without a GET nothing leaves.
    Polling::join(running.addr).await;
    running.server.namespace("/").sockets().pop().expect("a socket")
}

#[tokio::test]
async fn max_queue_packets_may_wait_and_not_one_more() {
    let running = Running::start(Config { max_queue_packets: 3, ..quick() }, echo).await;
    let socket = stalled(&running).await;
    for n in 1..=3 {
        socket.emit("x", &n).expect("it fits");
        assert_eq!(socket.queue_depth().packets, n);
    }
    assert!(matches!(socket.emit("x", &4), Err(Error::QueueFull { packets: 3, .. })));
    until("the end", || !socket.is_connected()).await;
    let reason = CloseReason::QueueFull.as_str();
    until("the count", || running.server.metrics().snapshot().closes.get(reason) == Some(&1)).await;
    assert_eq!(socket.queue_depth().packets, 0, "nothing is kept for who is gone");
    finish(running).await;
}

#[tokio::test]
async fn max_queue_bytes_may_wait_and_not_one_more() {
    let limit = 2_048;
    for (len, fits) in [(limit, true), (limit + 1, false)] {
        let running = Running::start(Config { max_queue_bytes: limit, ..quick() }, echo).await;
        let socket = stalled(&running).await;
        socket.emit("x", &()).expect("it fits");
        let left = len - socket.queue_depth().bytes;
        let words = "y".repeat(left - COST - "2[\"x\",\"\"]".len());
        let sent = socket.emit("x", &words);
        if fits {
            sent.expect("it fits exactly");
            assert_eq!(socket.queue_depth().bytes, limit);
        } else {
            assert!(matches!(sent, Err(Error::QueueFull { .. })), "{sent:?}");
            until("the end", || !socket.is_connected()).await;
        }
        running.stop().await;
    }
}

#[tokio::test]
async fn what_stands_behind_a_large_event_follows_it_at_once() {
    const LARGE: usize = 4_000_000;
    let running = Running::start(Config { max_queue_bytes: 2 * LARGE, ..quick() }, |server| {
        server.on("large", |socket, _args, ack| {
            socket.emit("bytes", &bytes::Bytes::from(vec![7; LARGE])).expect("it fits");
            ack.expect("asked for").send(&()).expect("it fits");
        });
    })
    .await;
    for _ in 0..10 {
        let mut client = Ws::join(running.addr).await;
        client.send("421[\"large\"]").await;
        assert!(client.text().await.starts_with("451-[\"bytes\","));
        assert_eq!(client.binary().await.len(), LARGE);
        // Where it is left behind it comes with the next ping.
        assert_eq!(client.text().await, "431[]");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_handlers_burst_beyond_the_queue_reaches_who_takes_it() {
    let running = Running::start(quick(), |server| {
        server.on("burst", |socket, args, _ack| {
            let (events, words) = (args.get(0).expect("a number"), "y".repeat(500));
            (0_usize..events).for_each(|n| socket.emit("x", &(n, &words)).expect("it is taken"));
        });
    })
    .await;
    let mut client = Ws::join(running.addr).await;
    client.send("42[\"burst\",450]").await;
    for n in 0..450 {
        assert!(client.text().await.starts_with(&format!("42[\"x\",{n},")));
    }
    // A GET takes what is there when it is answered; what comes behind that waits within the bounds.
    let polling = Polling::join(running.addr).await;
    let waiting = tokio::spawn({
        let polling = polling.clone();
        async move { polling.get().await.body }
    });
    let sockets = running.server.sockets();
    until("both to be ready", || sockets.iter().all(Socket::ready)).await;
    polling.post("42[\"burst\",450]").await;
    assert!(within(waiting).await.expect("no panic").starts_with("42[\"x\",0,"));
    running.stop().await;
}
