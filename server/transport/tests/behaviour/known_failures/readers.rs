//! Peers that never read: what waits for them is bounded, and then they are closed.

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use transport::{Config, Error, FrameEvent};

use crate::client::{Polling, Running, Ws, get_request, quick, until, within};
use crate::tools::{all_bad, echo, finish, frame, upgrade_request};

/// The standard bound of what waits, in the queue and for the kernel.
const QUEUE: usize = 256 * 1024;

#[tokio::test]
async fn a_peer_that_never_reads_costs_its_bound_and_is_closed() {
    let running = Running::start(quick(), echo).await;
    for len in [1, 1_000, 60_000] {
        let stalled = Ws::join(running.addr).await;
        let socket = running.server.namespace("/").sockets().pop().expect("a socket");
        let words = "x".repeat(len);
        let mut most = 0;
        let refused = loop {
            match socket.emit("words", &words) {
                Ok(()) => most = most.max(socket.queue_depth().bytes),
                Err(refused) => break refused,
            }
        };
        assert!(matches!(refused, Error::QueueFull { .. }), "{refused:?}");
        assert!(most <= QUEUE + len, "{most} bytes were held for messages of {len}");
        assert!(matches!(socket.emit("words", "more"), Err(Error::Closed)));
        until("the end", || !socket.is_connected()).await;
        until("all to be let go", || socket.queue_depth().bytes == 0).await;
        drop((stalled, socket));
    }
    until("the count", || running.server.metrics().snapshot().closes.get("queue full") == Some(&3)).await;
    assert_eq!(all_bad(&running), 0);
    finish(running).await;
}

#[tokio::test]
async fn a_peer_that_never_reads_is_not_handed_any_number_of_events_in_one_write() {
    let running = Running::start(quick(), echo).await;
    let stalled = Ws::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    // More than the kernel takes.
    let long = || ("words", [transport::Value::Str("x".repeat(200_000))].into_iter().collect());
    assert_eq!(running.server.all().emit_all((0..100).map(|_| long())).expect("they can be encoded"), 0);
    assert!(socket.queue_depth().bytes <= QUEUE + 200_100, "{:?}", socket.queue_depth());
    until("the end", || !socket.is_connected()).await;
    drop(stalled);
    finish(running).await;
}

#[tokio::test]
async fn a_peer_that_asks_and_never_reads_is_closed() {
    let running = Running::start(Config { max_queue_bytes: 32 * 1024, ..quick() }, echo).await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(8 * 1024).expect("a small buffer");
    let mut stream = within(socket.connect(running.addr)).await.expect("connect");
    stream.write_all(upgrade_request("EIO=4&transport=websocket", "").as_bytes()).await.expect("write");
    stream.write_all(&frame(0x81, b"40")).await.expect("write");
    let question = frame(0x81, format!("421[\"echo\",\"{}\"]", "x".repeat(5_000)).as_bytes());
    within(async { while stream.write_all(&question).await.is_ok() {} }).await;
    until("the count", || running.server.metrics().snapshot().closes.get("queue full") == Some(&1)).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn a_peer_that_never_reads_frames_holds_one_and_loses_nothing_else() {
    let running = Running::start(quick(), echo).await;
    let stalled = Ws::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let (event, body) = (FrameEvent::new("/", "frame"), Bytes::from(vec![1; 50_000]));
    until("the kernel to be full", || {
        socket.send_frame(&event, std::slice::from_ref(&body));
        socket.queue_depth().bytes > 0
    })
    .await;
    for _ in 0..10_000 {
        assert!(!socket.send_frame(&event, std::slice::from_ref(&body)));
    }
    assert!(socket.queue_depth().bytes <= body.len() + 100, "{:?}", socket.queue_depth());
    assert!(socket.is_connected(), "frames that are not taken cost nothing");
    drop((stalled, socket));
    finish(running).await;
}

#[tokio::test]
async fn a_polling_client_that_never_polls_costs_its_bound_and_is_closed() {
    let running = Running::start(quick(), echo).await;
    Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let mut most = 0;
    while socket.emit("words", &"x".repeat(1_000)).is_ok() {
        most = most.max(socket.queue_depth().bytes);
    }
    assert!(most <= QUEUE, "{most} bytes were held");
    until("the end", || !socket.is_connected()).await;
    assert_eq!(socket.queue_depth().bytes, 0);
    drop(socket);
    finish(running).await;
}

#[tokio::test]
async fn a_polling_client_that_does_not_take_its_answer_is_ended_by_its_heartbeat() {
    let ms = std::time::Duration::from_millis;
    let config = Config { write_timeout: ms(300), ping_interval: ms(200), ping_timeout: ms(200), ..quick() };
    let running = Running::start(config, echo).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let deaf = TcpSocket::new_v4().expect("a socket");
    deaf.set_recv_buffer_size(4 * 1024).expect("a small buffer");
    let mut deaf = within(deaf.connect(running.addr)).await.expect("connect");
    deaf.write_all(get_request(&client.query()).as_bytes()).await.expect("write");
    until("the GET to wait", || socket.ready()).await;
    for _ in 0..3 {
        // What follows the first has no GET to leave with.
        socket.emit("words", &"x".repeat(60_000)).expect("it fits");
    }
    until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    assert_eq!(running.server.metrics().snapshot().closes.get("ping timeout"), Some(&1));
    drop((deaf, socket));
    finish(running).await;
}
