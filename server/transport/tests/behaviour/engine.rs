//! Engine.IO without Socket.IO.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use transport::{CloseReason, Config, EngineServer, EngineSocket, Error, Message, Revision, Transport, serve};

use crate::client::{Polling, Ws, get_request, post_request, quick, raw, until, within};

/// A server of its own on a free port; the sender ends it.
async fn start(
    config: Config,
    on_connection: impl Fn(&EngineSocket) + Send + Sync + 'static,
) -> (EngineServer, std::net::SocketAddr, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>)
{
    let engine = EngineServer::new(config).expect("valid settings");
    engine.on_connection(on_connection);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn({
        let engine = engine.clone();
        async move {
            serve(listener, engine.router(), engine.server(), async {
                let _ = stopped.await;
            })
            .await
        }
    });
    (engine, addr, stop, served)
}

fn echo(socket: &EngineSocket) {
    socket.on_message(|socket, message| socket.send(message.clone()).expect("sent"));
}

#[tokio::test]
async fn messages_go_straight_to_the_application_in_both_revisions() {
    let (engine, addr, stop, served) = start(Config { allow_eio3: true, ..quick() }, echo).await;
    let mut new = Ws::open(addr).await;
    new.send("4{not json").await;
    assert_eq!(new.text().await, "4{not json");
    new.send_binary(&b"\x01\x02"[..]).await;
    assert_eq!(new.binary().await[..], [1, 2]);

    let mut old = Ws::connect(addr, "EIO=3&transport=websocket").await;
    old.text().await;
    old.send("40").await;
    assert_eq!(old.text().await, "40", "an echo, not a namespace");
    old.send_binary(&b"\x04\x02"[..]).await;
    assert_eq!(old.binary().await[..], [4, 2]);

    let polling = Polling::open(addr).await;
    assert_eq!(polling.post("4a\u{1e}bAQI=").await.body, "ok");
    assert_eq!(polling.get().await.body, "4a\u{1e}bAQI=");
    drop((new, old));
    stop.send(()).expect("the server runs");
    within(served).await.expect("no panic").expect("no error");
    assert_eq!(engine.metrics().snapshot().sessions, 0);
}

#[tokio::test]
async fn what_is_sent_on_connection_follows_the_handshake() {
    let (_engine, addr, _stop, _) = start(quick(), |socket| {
        socket.send(Message::text(format!("you are {}", socket.id()))).expect("sent");
        socket.send(Message::binary(vec![7])).expect("sent");
    })
    .await;
    let polling = Polling::open(addr).await;
    assert_eq!(polling.get().await.body, format!("4you are {}\u{1e}bBw==", polling.sid));
    let mut ws = Ws::open(addr).await;
    assert!(ws.text().await.starts_with("4you are "));
    assert_eq!(ws.binary().await[..], [7]);
}

#[tokio::test]
async fn a_session_can_be_reached_from_anywhere_and_says_how_it_travels() {
    let (sender, mut sockets) = mpsc::unbounded_channel();
    let (_engine, addr, _stop, _) = start(Config { allow_eio3: true, ..quick() }, move |socket| {
        echo(socket);
        sender.send(socket.clone()).expect("somebody listens");
    })
    .await;
    let client = Polling::open(addr).await;
    let socket = within(sockets.recv()).await.expect("a session");
    assert_eq!(
        (socket.id().as_str(), socket.transport(), socket.revision()),
        (&*client.sid, Transport::Polling, Revision::V4)
    );
    let sent = socket.clone();
    std::thread::spawn(move || sent.send(Message::text("from a thread")).expect("sent")).join().expect("no panic");
    assert_eq!(client.get().await.body, "4from a thread");

    let mut ws = Ws::connect(addr, &format!("EIO=4&transport=websocket&sid={}", client.sid)).await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    ws.send("5").await;
    until("the upgrade", || socket.transport() == Transport::WebSocket).await;
    socket.send(Message::text("on the new way")).expect("sent");
    assert_eq!(ws.text().await, "4on the new way");
    ws.send("4x").await;
    assert_eq!(ws.text().await, "4x");
}

#[tokio::test]
async fn a_probe_that_fails_leaves_the_session_polling() {
    let (_engine, addr, _stop, _) = start(quick(), echo).await;
    let client = Polling::open(addr).await;
    let mut ws = Ws::connect(addr, &format!("EIO=4&transport=websocket&sid={}", client.sid)).await;
    ws.send("4too early").await;
    ws.closed().await;
    assert_eq!(client.post("4a").await.body, "ok");
    assert_eq!(client.get().await.body, "4a");
}

#[tokio::test]
async fn the_end_is_told_once_with_its_reason_and_lets_handlers_go() {
    let (sender, reasons) = mpsc::unbounded_channel();
    let reasons = tokio::sync::Mutex::new(reasons);
    let config =
        Config { ping_interval: Duration::from_millis(50), ping_timeout: Duration::from_millis(50), ..quick() };
    let (engine, addr, stop, served) = start(config, move |socket| {
        let (sender, own) = (sender.clone(), socket.clone());
        socket.on_close(move |socket, reason| {
            assert_eq!(socket.id(), own.id());
            assert!(matches!(socket.send(Message::text("late")), Err(Error::Closed)));
            sender.send(reason).expect("somebody listens");
        });
        socket.on_message(|socket, message| match message {
            Message::Text(text) if **text == *"bye" => {
                socket.send(Message::text("last words")).expect("sent");
                socket.close();
            }
            _ => panic!("as asked"),
        });
    })
    .await;
    let told = || async { within(reasons.lock().await.recv()).await.expect("a reason") };
    let mut ws = Ws::open(addr).await;
    ws.send("4bye").await;
    assert_eq!(ws.text().await, "4last words");
    assert_eq!(ws.closed().await, None);
    assert_eq!(told().await, CloseReason::ForcedClose);

    let mut ws = Ws::open(addr).await;
    ws.send("4panic").await;
    ws.closed().await;
    assert_eq!(told().await, CloseReason::HandlerPanic);

    let mut ws = Ws::open(addr).await;
    ws.send("1").await;
    ws.closed().await;
    assert_eq!(told().await, CloseReason::TransportClose);

    let mut ws = Ws::open(addr).await;
    ws.send("x").await;
    ws.closed().await;
    assert_eq!(told().await, CloseReason::ParseError);

    let answer = raw(addr, get_request("EIO=4&transport=polling")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(told().await, CloseReason::PingTimeout);

    let _ws = Ws::open(addr).await;
    until("the session", || engine.metrics().snapshot().sessions == 1).await;
    stop.send(()).expect("the server runs");
    within(served).await.expect("no panic").expect("no error");
    assert_eq!(told().await, CloseReason::ServerShuttingDown);
    assert!(reasons.lock().await.try_recv().is_err(), "each end is told once");
}

#[tokio::test]
async fn a_message_that_no_queue_would_take_is_refused_and_ends_nobody() {
    let (_engine, addr, stop, served) = start(quick(), |socket| {
        let large = Message::binary(vec![7; 300_000]);
        assert!(matches!(socket.send(large), Err(Error::TooLarge { limit: 262_144, .. })));
        socket.send(Message::text("small")).expect("sent");
    })
    .await;
    let mut ws = Ws::connect(addr, "EIO=4&transport=websocket").await;
    assert!(ws.text().await.starts_with('0'));
    assert_eq!(ws.text().await, "4small");
    drop(ws);
    stop.send(()).expect("it runs");
    within(served).await.expect("no panic").expect("no error");
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_ended_at_its_bound() {
    let (sender, mut sockets) = mpsc::unbounded_channel();
    let config = Config { max_queue_bytes: 10_000, ..quick() };
    let (engine, addr, _stop, _) =
        start(config, move |socket| sender.send(socket.clone()).expect("somebody listens")).await;
    let client = Polling::open(addr).await;
    let socket = within(sockets.recv()).await.expect("a session");
    let message = Message::binary(vec![0; 1_000]);
    let accepted = (0..100).take_while(|_| socket.send(message.clone()).is_ok()).count();
    assert_eq!(accepted, 10_000 / 1_192);
    until("the end", || engine.metrics().snapshot().closes.get("queue full") == Some(&1)).await;
    assert_eq!(raw(addr, post_request(&client.query(), "4x")).await.status, 400);
}

#[tokio::test]
async fn nobody_has_to_join_anything() {
    let (engine, addr, _stop, _) = start(Config { connect_timeout: Duration::from_millis(1), ..quick() }, echo).await;
    let mut ws = Ws::open(addr).await;
    // Any timer of Socket.IO would have ended the session by now.
    tokio::time::sleep(Duration::from_millis(20)).await;
    ws.send("4x").await;
    assert_eq!(ws.text().await, "4x");
    assert_eq!(engine.metrics().snapshot().sessions, 1);
}
