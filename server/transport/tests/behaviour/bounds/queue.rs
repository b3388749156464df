//! What may wait for a client that does not take it.

use transport::{CloseReason, Config, Error, Socket};

use crate::client::{Polling, Running, quick, until};
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
