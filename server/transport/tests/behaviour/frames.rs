//! The latest-frame lane.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use transport::{Config, FrameEvent, Socket};

use crate::client::{Polling, Running, Ws, quick, until, within};

const MSGPACK_CONNECT: &[u8] = b"\x82\xa4type\x00\xa3nsp\xa1/";

fn only_socket(running: &Running) -> Socket {
    running.server.namespace("/").sockets().pop().expect("a socket")
}

#[tokio::test]
async fn a_frame_is_the_concatenation_of_its_chunks_for_both_parsers() {
    let running = Running::start(quick(), |_| {}).await;
    let event = FrameEvent::new("/", "frame");
    let chunks = [Bytes::from(vec![1; 300]), Bytes::new(), Bytes::from(vec![2; 40])];

    let mut json = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    until("the socket to be ready", || socket.ready()).await;
    assert!(socket.send_frame(&event, &chunks));
    assert_eq!(json.text().await, "451-[\"frame\",{\"_placeholder\":true,\"num\":0}]");
    assert_eq!(json.binary().await, chunks.concat());
    drop(json);
    until("the socket to leave", || !socket.is_connected()).await;
    assert!(!socket.ready() && !socket.send_frame(&event, &chunks));

    let mut msgpack = Ws::open(running.addr).await;
    msgpack.send_binary(MSGPACK_CONNECT).await;
    msgpack.binary().await;
    let socket = only_socket(&running);
    until("the socket to be ready", || socket.ready()).await;
    assert!(socket.send_frame(&event, &chunks));
    let frame = msgpack.binary().await;
    assert!(frame.ends_with(&chunks.concat()) && frame.windows(5).any(|w| w == b"frame"), "{frame:?}");
    let counted = running.server.metrics().snapshot();
    assert_eq!((counted.frames_out, counted.frames_direct), (2, 2), "both were written by the caller");
    running.stop().await;
}

#[tokio::test]
async fn frames_from_another_thread_keep_their_place_among_events() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    let sender = std::thread::spawn(move || {
        let event = FrameEvent::new("/", "frame");
        let mut sent = 0_u32;
        while sent < 200 {
            if socket.send_frame(&event, &[Bytes::copy_from_slice(&sent.to_le_bytes())]) {
                sent += 1;
                socket.emit("after", &sent).expect("sent");
            }
        }
    });
    for number in 0_u32..200 {
        assert!(ws.text().await.starts_with("451-[\"frame\""));
        assert_eq!(ws.binary().await[..], number.to_le_bytes());
        assert_eq!(ws.text().await, format!("42[\"after\",{}]", number + 1));
    }
    sender.join().expect("no panic");
    running.stop().await;
}

#[tokio::test]
async fn a_frame_of_another_namespace_is_not_taken() {
    let running = Running::start(quick(), |_| {}).await;
    let _ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    until("the socket to be ready", || socket.ready()).await;
    assert!(!socket.send_frame(&FrameEvent::new("/other", "frame"), &[Bytes::from_static(b"x")]));
    running.stop().await;
}

#[tokio::test]
async fn a_stalled_client_holds_one_frame_and_is_told_of_when_it_reads_again() {
    let drained = Arc::new(AtomicUsize::new(0));
    let count = drained.clone();
    let running = Running::start(quick(), move |server| {
        server.namespace("/").on_drain(move |socket| {
            if socket.ready() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    let event = FrameEvent::new("/", "frame");
    let body = Bytes::from(vec![9; 100_000]);
    let mut taken = 0;
    // Fill the kernel's buffers; the client reads nothing.
    for _ in 0..1_000 {
        if socket.send_frame(&event, std::slice::from_ref(&body)) {
            taken += 1;
        } else if socket.queue_depth().packets > 0 {
            break;
        }
    }
    let depth = socket.queue_depth();
    assert!(depth.packets == 1 && depth.bytes <= 100_100, "{depth:?}");
    assert!(!socket.ready() && !socket.send_frame(&event, std::slice::from_ref(&body)));
    let before = drained.load(Ordering::SeqCst);
    for _ in 0..taken {
        assert!(ws.text().await.starts_with("451-"));
        assert_eq!(ws.binary().await.len(), body.len());
    }
    until("the drain to be told", || drained.load(Ordering::SeqCst) > before).await;
    assert_eq!(socket.queue_depth().bytes, 0);
    assert!(socket.send_frame(&event, &[body]));
    running.stop().await;
}

#[tokio::test]
async fn many_chunks_arrive_in_order() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    let event = FrameEvent::new("/", "frame");
    let chunks: Vec<_> = (0..100_u8).map(|i| Bytes::from(vec![i; 50])).collect();
    until("the frame to be taken", || socket.send_frame(&event, &chunks)).await;
    ws.text().await;
    assert_eq!(ws.binary().await, chunks.concat());
    running.stop().await;
}

#[tokio::test]
async fn a_polling_client_takes_one_frame_per_get() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    let event = FrameEvent::new("/", "frame");
    let body = [Bytes::from_static(b"ab"), Bytes::from_static(b"c")];
    assert!(!socket.ready() && !socket.send_frame(&event, &body), "no GET waits");
    for _ in 0..3 {
        let get = tokio::spawn({
            let client = client.clone();
            async move { client.get().await.body }
        });
        until("the GET to wait", || socket.ready()).await;
        assert!(socket.send_frame(&event, &body));
        assert!(!socket.ready() && !socket.send_frame(&event, &body), "the window is one");
        let got = within(get).await.expect("no panic");
        assert_eq!(got, "451-[\"frame\",{\"_placeholder\":true,\"num\":0}]\u{1e}bYWJj");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_slow_reader_of_events_is_closed_at_its_bound_and_others_go_on() {
    let config = Config { max_queue_bytes: 50_000, ..quick() };
    let running = Running::start(config, |_| {}).await;
    let stalled = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    let mut lively = Ws::join(running.addr).await;
    let words = "x".repeat(10_000);
    let mut most = 0;
    let mut closed = None;
    for _ in 0..5_000 {
        if let Err(error) = socket.emit("words", &words) {
            closed = Some(error);
            break;
        }
        most = most.max(socket.queue_depth().bytes);
    }
    assert!(matches!(closed, Some(transport::Error::QueueFull { .. })), "{closed:?}");
    // The bound, and what is between the queue and the kernel.
    assert!(most <= 50_000 + 64 * 1024 + 10_100, "{most} bytes were held");
    until("the end", || !socket.is_connected()).await;
    assert_eq!(running.server.namespace("/").emit("still", &1).expect("sent"), 1);
    assert_eq!(lively.text().await, "42[\"still\",1]");
    until("the count", || running.server.metrics().snapshot().closes.get("queue full") == Some(&1)).await;
    drop(stalled);
    running.stop().await;
}

#[tokio::test]
async fn a_ping_flood_without_reading_is_bounded() {
    let config = Config { max_queue_bytes: 20_000, ..quick() };
    let running = Running::start(config, |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let flood = async {
        use futures_util::SinkExt;
        let payload = Bytes::from(vec![1; 125]);
        while ws.stream.send(Message::Ping(payload.clone())).await.is_ok() {}
    };
    within(flood).await;
    until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    running.stop().await;
}

#[tokio::test]
async fn nothing_sent_from_another_thread_overtakes_the_answer_to_connect() {
    let running = Running::start(quick(), |server| {
        server.namespace("/").on_connect(|socket, _| {
            let socket = socket.clone();
            std::thread::spawn(move || {
                let event = FrameEvent::new("/", "frame");
                while !socket.is_connected() {
                    std::hint::spin_loop();
                }
                socket.send_frame(&event, &[Bytes::from_static(b"x")]);
                let _ = socket.namespace().to(socket.id().as_str()).emit("shared", &1);
            });
            Ok(())
        });
    })
    .await;
    for _ in 0..1_000 {
        // Fails where anything comes before the answer.
        let mut ws = Ws::join(running.addr).await;
        while !matches!(ws.next().await, Some(Message::Text(text)) if text.contains("shared")) {}
    }
    running.stop().await;
}

#[tokio::test]
async fn a_ping_behind_a_large_frame_is_answered_behind_it() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    until("the socket to be ready", || socket.ready()).await;
    let event = FrameEvent::new("/", "frame");
    let body = Bytes::from(vec![9; 8_000_000]);
    assert!(socket.send_frame(&event, std::slice::from_ref(&body)));
    assert!(socket.queue_depth().bytes > quick().max_queue_bytes, "the kernel has not taken it");
    within(ws.stream.send(Message::Ping(Bytes::from_static(b"there?")))).await.expect("sent");
    assert!(ws.text().await.starts_with("451-"));
    assert_eq!(ws.binary().await.len(), body.len());
    let answer = within(ws.stream.next()).await.expect("a message").expect("a message");
    assert_eq!(answer, Message::Pong(Bytes::from_static(b"there?")));
    running.stop().await;
}

#[tokio::test]
async fn a_frame_too_large_for_a_poll_is_not_sent_and_costs_nobody_the_connection() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    let waiting = client.waiting(&socket).await;
    let (event, large) = (Arc::new(FrameEvent::new("/", "frame")), Bytes::from(vec![9; 300_000]));
    assert!(!socket.send_frame(&event, std::slice::from_ref(&large)));
    socket.latest("lane", move || Some(transport::Update::frame(&event, vec![large]))).expect("taken");
    socket.emit("small", &1).expect("it is taken");
    assert_eq!(within(waiting).await.expect("no panic"), "42[\"small\",1]");
    running.stop().await;
}
