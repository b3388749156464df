//! The latest-value lane: producers run when the connection can write, and only the newest of a lane does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use transport::{CloseReason, Config, Error, FrameEvent, Socket, Update};

use crate::client::{Polling, Running, Ws, quick, until, within};

fn only_socket(running: &Running) -> Socket {
    running.server.sockets().pop().expect("a socket")
}

/// Fills the kernel's buffers, which grow for a while, with frames the client does not read; how many there are.
async fn stall(socket: &Socket) -> usize {
    let event = FrameEvent::new("/", "fill");
    let body = Bytes::from(vec![9; 100_000]);
    let (mut taken, mut quiet) = (0, 0);
    while quiet < 20 {
        let before = socket.queue_depth();
        taken += usize::from(socket.send_frame(&event, std::slice::from_ref(&body)));
        if before.bytes > 0 && before == socket.queue_depth() {
            tokio::time::sleep(Duration::from_millis(2)).await;
            quiet += 1;
        } else {
            quiet = 0;
        }
    }
    taken
}

async fn skip(ws: &mut Ws, frames: usize) {
    for _ in 0..frames {
        assert!(ws.text().await.starts_with("451-[\"fill\""));
        assert_eq!(ws.binary().await.len(), 100_000);
    }
}

#[tokio::test]
async fn a_client_that_keeps_up_gets_every_value_at_once() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    within(socket.drained()).await.expect("it is in");
    let event = Arc::new(FrameEvent::new("/", "frame"));
    for number in 0..3_u8 {
        socket.latest("event", move || Update::event("value", &number).ok()).expect("taken");
        let frame = event.clone();
        socket.latest("frame", move || Some(Update::frame(&frame, vec![Bytes::from(vec![number; 2])]))).expect("taken");
        socket.latest("nothing", || None).expect("taken");
        assert_eq!(ws.text().await, format!("42[\"value\",{number}]"));
        assert!(ws.text().await.starts_with("451-[\"frame\""));
        assert_eq!(ws.binary().await[..], [number; 2]);
    }
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_is_behind_gets_the_newest_of_each_lane_when_it_has_caught_up() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    let frames = stall(&socket).await;
    let made = Arc::new(AtomicUsize::new(0));
    let before = socket.queue_depth();
    for number in 0..100 {
        for lane in ["a", "b"] {
            let made = made.clone();
            let producer = move || {
                made.fetch_add(1, Ordering::SeqCst);
                Update::event(lane, &number).ok()
            };
            socket.latest(lane, producer).expect("taken");
        }
    }
    assert_eq!((made.load(Ordering::SeqCst), socket.queue_depth()), (0, before), "nothing is made or queued in vain");
    assert!(!socket.writable());
    skip(&mut ws, frames).await;
    let mut values = [ws.text().await, ws.text().await];
    values.sort();
    assert_eq!(values, ["42[\"a\",99]", "42[\"b\",99]"]);
    assert_eq!(made.load(Ordering::SeqCst), 2);
    running.stop().await;
}

#[tokio::test]
async fn a_producer_that_hands_in_the_next_one_has_it_run_after_its_own_update() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    within(socket.drained()).await.expect("it is in");
    let again = socket.clone();
    let producer = move || {
        again.latest("lane", || Update::event("second", &()).ok()).expect("taken");
        Update::event("first", &()).ok()
    };
    socket.latest("lane", producer).expect("taken");
    assert_eq!(ws.text().await, "42[\"first\"]");
    assert_eq!(ws.text().await, "42[\"second\"]");
    running.stop().await;
}

#[tokio::test]
async fn values_of_one_lane_never_go_backwards_whoever_hands_them_in() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    within(socket.drained()).await.expect("it is in");
    let made = Arc::new(AtomicUsize::new(0));
    let sender = |socket: Socket, made: Arc<AtomicUsize>| {
        move || {
            for _ in 0..2_000 {
                let made = made.clone();
                let producer = move || {
                    let value = made.fetch_add(1, Ordering::SeqCst);
                    std::thread::yield_now();
                    Update::event("value", &value).ok()
                };
                socket.latest("lane", producer).expect("taken");
            }
        }
    };
    let senders: Vec<_> = (0..2).map(|_| std::thread::spawn(sender(socket.clone(), made.clone()))).collect();
    let ending = tokio::task::spawn_blocking(move || {
        senders.into_iter().for_each(|sender| sender.join().expect("no panic"));
        socket.emit("end", &()).expect("sent");
    });
    let mut next = 0;
    loop {
        let text = ws.text().await;
        if text == "42[\"end\"]" {
            break;
        }
        assert_eq!(text, format!("42[\"value\",{next}]"));
        next += 1;
    }
    within(ending).await.expect("no panic");
    assert!(next > 0);
    running.stop().await;
}

#[tokio::test]
async fn a_polling_client_gets_the_newest_with_its_next_get() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    for number in 0..10 {
        socket.latest("lane", move || Update::event("value", &number).ok()).expect("taken");
    }
    assert_eq!(client.get().await.body, "42[\"value\",9]");
    running.stop().await;
}

#[tokio::test]
async fn what_a_connect_handler_hands_in_follows_the_answer() {
    let running = Running::start(quick(), |server| {
        server.on_connect(|socket, _| {
            socket.latest("lane", || Update::event("hello", &1).ok()).expect("taken");
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    assert_eq!(ws.text().await, "42[\"hello\",1]");
    running.stop().await;
}

#[tokio::test]
async fn lanes_are_bounded_and_let_go_with_the_socket() {
    let running = Running::start(Config { max_lanes: 2, ..quick() }, |_| {}).await;
    let ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    stall(&socket).await;
    let held = Arc::new(());
    let hand_in = |lane: &str| {
        let held = held.clone();
        socket.latest(lane, move || {
            drop(held);
            None
        })
    };
    assert!(hand_in("a").is_ok() && hand_in("b").is_ok() && hand_in("a").is_ok());
    assert!(matches!(hand_in("c"), Err(Error::TooManyLanes { limit: 2 })));
    assert_eq!(Arc::strong_count(&held), 3, "the replaced one is dropped");
    let waiting = tokio::spawn({
        let socket = socket.clone();
        async move { socket.drained().await }
    });
    drop(ws);
    assert!(matches!(within(waiting).await.expect("no panic"), Err(Error::Closed)));
    assert_eq!(Arc::strong_count(&held), 1);
    assert!(matches!(hand_in("a"), Err(Error::Closed)));
    assert_eq!(Arc::strong_count(&held), 1);
    running.stop().await;
}

#[tokio::test]
async fn the_queue_is_awaited() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    let frames = stall(&socket).await;
    let waiting = tokio::spawn({
        let socket = socket.clone();
        async move { socket.drained().await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    skip(&mut ws, frames).await;
    within(waiting).await.expect("no panic").expect("it is in");
    until("it to be writable", || socket.writable()).await;
    running.stop().await;
}

#[tokio::test]
async fn a_producer_that_panics_closes_its_own_connection() {
    let (tell, told) = std::sync::mpsc::channel();
    let running = Running::start(quick(), move |server| {
        server.on_disconnect(move |_, reason| tell.send(reason).expect("the test waits"));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    let socket = only_socket(&running);
    within(socket.drained()).await.expect("it is in");
    socket.latest("lane", || panic!("on purpose")).expect("taken");
    ws.closed().await;
    assert_eq!(told.recv(), Ok(CloseReason::HandlerPanic));
    running.stop().await;
}

#[tokio::test]
async fn who_is_told_to_wait_before_the_client_is_in_is_told_when_it_is() {
    let (drained, running) = (Arc::new(AtomicUsize::new(0)), Running::start(quick(), |_| {}).await);
    let counted = drained.clone();
    running.server.on_connect(move |socket, _auth| {
        let counted = counted.clone();
        socket.on_drain(move |_socket| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        assert!(!socket.writable(), "it is not in");
    });
    let frame = FrameEvent::new("/", "frame");
    let mut ws = Ws::join(running.addr).await;
    until("the drain handler of a WebSocket", || drained.load(Ordering::Relaxed) == 1).await;
    let client = Polling::join(running.addr).await;
    let get = tokio::spawn(async move { client.get().await });
    until("the drain handler of who polls", || drained.load(Ordering::Relaxed) == 2).await;
    assert!(running.server.sockets().iter().all(|socket| socket.send_frame(&frame, &[Bytes::from_static(b"x")])));
    assert!(ws.text().await.starts_with("451-[\"frame\""));
    assert_eq!(within(get).await.expect("no panic").status, 200);
    running.stop().await;
}
