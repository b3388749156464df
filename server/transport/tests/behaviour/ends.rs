//! What a client still gets when its session ends: all that was sent before, then the end, over whatever it is on.

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;
use transport::{CloseReason, Config, Server, Socket, listen, serve};

use crate::client::{Polling, Running, Ws, post_request, quick, read_answer, until, within};
use crate::logged::Logged;
use crate::tools::{bare, frame};

/// Time that the tests' servers give clients at the end.
const PATIENCE: Duration = Duration::from_secs(5);

fn patient() -> Config {
    Config { close_timeout: PATIENCE, ..quick() }
}

fn only_socket(running: &Running) -> Socket {
    running.server.sockets().pop().expect("a socket")
}

/// An event `last` that sends a burst and ends the connection.
fn burst(server: &Server) {
    server.on("last", |socket, args, _ack| {
        let (events, words) = (args.get(0).expect("a number"), "y".repeat(10_000));
        (0_usize..events).for_each(|n| socket.emit("x", &(n, &words)).expect("it fits"));
        socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    });
}

/// The WebSocket that `client` tries, which answers.
async fn probing(client: &Polling) -> Ws {
    let mut ws = Ws::connect(client.addr, &format!("EIO=4&transport=websocket&sid={}", client.sid)).await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    ws
}

#[tokio::test]
async fn a_post_beside_the_rest_is_answered_and_costs_nothing() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    // One is half here when the session ends, one comes after that.
    let request = post_request(&client.query(), "42[\"mine\"]");
    let (begin, rest) = request.split_at(request.len() - 4);
    let mut half = TcpStream::connect(running.addr).await.expect("connect");
    half.write_all(begin.as_bytes()).await.expect("write");
    let server = running.server.clone();
    until("the POST to be there", || server.metrics().snapshot().tcp > 0).await;
    (0..3).for_each(|n| socket.emit("x", &n).expect("queued"));
    socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    until("the end", || !socket.is_connected()).await;
    half.write_all(rest.as_bytes()).await.expect("write");
    let answer = within(read_answer(&mut half)).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    let answer = client.post("42[\"mine\"]").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    assert_eq!(client.get().await.body, "42[\"x\",0]\u{1e}42[\"x\",1]\u{1e}42[\"x\",2]\u{1e}41");
    drop(half);
    running.stop().await;
}

#[tokio::test]
async fn requests_given_up_and_bad_ones_beside_the_rest_do_not_stand_in_its_way() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    (0..2).for_each(|n| socket.emit("x", &n).expect("queued"));
    socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    until("the end", || !socket.is_connected()).await;
    let request = post_request(&client.query(), "42[\"mine\"]");
    let mut half = TcpStream::connect(running.addr).await.expect("connect");
    half.write_all(&request.as_bytes()[..request.len() - 4]).await.expect("write");
    drop(half);
    let server = running.server.clone();
    until("the request to be given up", || server.metrics().snapshot().tcp == 0).await;
    assert_eq!(client.post("x").await.status, 400);
    assert_eq!(client.post("42[\"mine\"]").await.body, "ok");
    assert_eq!(client.get().await.body, "42[\"x\",0]\u{1e}42[\"x\",1]\u{1e}41");
    running.stop().await;
}

#[tokio::test]
async fn a_probe_that_its_client_closes_behind_the_end_is_answered_too() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    let waiting = client.waiting(&socket).await;
    let mut ws = probing(&client).await;
    assert_eq!(within(waiting).await.expect("no panic"), "6");
    socket.emit("x", &1).expect("queued");
    socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    until("the end", || !socket.is_connected()).await;
    let MaybeTlsStream::Plain(below) = ws.stream.get_mut() else { panic!("no TLS") };
    below.write_all(&frame(0x88, &4_321_u16.to_be_bytes())).await.expect("write");
    assert_eq!(ws.closed().await, Some(4_321));
    assert_eq!(client.get().await.body, "42[\"x\",1]\u{1e}41");
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_closes_by_post_is_not_waited_for() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    socket.emit("x", &1).expect("queued");
    socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    until("the end", || !socket.is_connected()).await;
    let (server, before) = (running.server.clone(), Instant::now());
    assert_eq!(client.post("1").await.body, "ok");
    until("the session to go", || server.metrics().snapshot().sessions == 0).await;
    assert!(before.elapsed() < PATIENCE / 2, "{:?}", before.elapsed());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_packet_that_is_read_behind_the_end_still_brings_the_rest() {
    let ((begun, mut begins), (go_on, goes_on)) = (tokio::sync::mpsc::unbounded_channel(), mpsc::channel::<()>());
    let goes_on = Mutex::new(goes_on);
    let running = Running::start(patient(), move |server| {
        server.on("last", move |socket, _args, _ack| {
            begun.send(()).expect("the test waits");
            tokio::task::block_in_place(|| goes_on.lock().expect("one thread").recv()).expect("the test goes on");
            (0..3).for_each(|n| socket.emit("x", &n).expect("queued"));
            socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
        });
    })
    .await;
    let client = Polling::join(running.addr).await;
    let mut ws = probing(&client).await;
    let poster = client.clone();
    let posted = tokio::spawn(async move { poster.post("42[\"last\"]").await.body });
    within(begins.recv()).await.expect("the handler runs");
    // On the loopback it is there when it is sent, and another client's request lets the runtime notice it.
    ws.send("5").await;
    Polling::open(running.addr).await;
    go_on.send(()).expect("the handler waits");
    for n in 0..3 {
        assert_eq!(ws.text().await, format!("42[\"x\",{n}]"));
    }
    assert_eq!(ws.text().await, "41");
    assert_eq!(within(posted).await.expect("no panic"), "ok");
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn a_full_queue_does_not_cost_the_disconnect() {
    for events in [9_usize, 10] {
        let config = Config { max_queue_packets: 10, max_attachments: 5, ..patient() };
        let running = Running::start(config, burst_of_short).await;
        let mut ws = Ws::join(running.addr).await;
        ws.send(&format!("42[\"last\",{events}]")).await;
        for n in 0..events {
            assert_eq!(ws.text().await, format!("42[\"x\",{n}]"));
        }
        assert_eq!(ws.text().await, "41", "behind {events}");
        drop(ws);
        running.stop().await;
    }
}

fn burst_of_short(server: &Server) {
    server.on("last", |socket, args, _ack| {
        let events = args.get(0).expect("a number");
        (0_usize..events).for_each(|n| socket.emit("x", &n).expect("it fits"));
        socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    });
}

#[tokio::test]
async fn a_probe_that_its_client_closes_is_answered_and_leaves_the_session_no_code() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let mut failing = probing(&client).await;
    let MaybeTlsStream::Plain(below) = failing.stream.get_mut() else { panic!("no TLS") };
    below.write_all(&frame(0x88, &4_321_u16.to_be_bytes())).await.expect("write");
    assert_eq!(failing.closed().await, Some(4_321));
    let mut ws = probing(&client).await;
    ws.send("5").await;
    until("the upgrade", || running.server.metrics().snapshot().upgrades_total == 1).await;
    only_socket(&running).disconnect(true, CloseReason::ServerNamespaceDisconnect);
    assert_eq!(ws.text().await, "41");
    assert_eq!(ws.next().await, Some(Message::Close(None)));
    drop((failing, ws));
    running.stop().await;
}

#[tokio::test]
async fn a_post_of_many_turns_is_answered_where_the_session_ends_between_two() {
    let running = Running::start(Config { turn_packets: 2, ..patient() }, |server| {
        server.on_drain(|socket| socket.disconnect(true, CloseReason::ServerNamespaceDisconnect));
        server.on("x", |_, _, _| {});
    })
    .await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    assert!(!socket.ready(), "nobody polls");
    let poller = client.clone();
    let waiting = tokio::spawn(async move { poller.get().await.body });
    let before = Instant::now();
    let answer = client.post(&["42[\"x\"]"; 900].join("\u{1e}")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    assert!(before.elapsed() < PATIENCE / 2, "{:?}", before.elapsed());
    assert_eq!(within(waiting).await.expect("no panic"), "41");
    assert_eq!(client.get().await.body, "1");
    running.stop().await;
}

#[tokio::test]
async fn the_close_frame_comes_behind_all_that_was_sent() {
    let running = Running::start(patient(), burst).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("42[\"last\",20]").await;
    for n in 0..20 {
        assert!(ws.text().await.starts_with(&format!("42[\"x\",{n},")), "{n}");
    }
    assert_eq!(ws.text().await, "41");
    assert_eq!(ws.next().await, Some(Message::Close(None)));
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn a_client_in_the_middle_of_an_upgrade_gets_the_rest_over_the_websocket() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    let waiting = client.waiting(&socket).await;
    let mut ws = probing(&client).await;
    assert_eq!(within(waiting).await.expect("no panic"), "6");
    (0..3).for_each(|n| socket.emit("x", &n).expect("queued"));
    socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    until("the end", || !socket.is_connected()).await;
    ws.send("5").await;
    for n in 0..3 {
        assert_eq!(ws.text().await, format!("42[\"x\",{n}]"));
    }
    assert_eq!(ws.text().await, "41");
    assert_eq!(ws.closed().await, None);
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_polls_fetches_the_rest_while_the_server_shuts_down() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = only_socket(&running);
    let waiting = client.waiting(&socket).await;
    (0..3).for_each(|n| socket.emit("x", &n).expect("it is taken"));
    let before = Instant::now();
    running.server.close();
    assert_eq!(within(waiting).await.expect("no panic"), "42[\"x\",0]");
    assert_eq!(client.get().await.body, "42[\"x\",1]\u{1e}42[\"x\",2]");
    assert_eq!(client.get().await.body, "1");
    running.ended().await;
    assert!(before.elapsed() < PATIENCE, "nobody is waited for who has all");
}

#[tokio::test]
async fn a_clients_close_frame_is_answered_with_its_code() {
    let running = Running::start(patient(), |_| {}).await;
    let mut stream = bare(&running).await;
    stream.write_all(&frame(0x88, &1_000_u16.to_be_bytes())).await.expect("write");
    let mut rest = Vec::new();
    within(stream.read_to_end(&mut rest)).await.expect("read");
    assert!(rest.ends_with(&[0x88, 2, 0x03, 0xe8]), "{rest:?}");
    running.stop().await;
}

#[tokio::test]
async fn a_probe_that_fails_leaves_the_session_no_close_code() {
    let running = Running::start(patient(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let mut failing = probing(&client).await;
    let MaybeTlsStream::Plain(below) = failing.stream.get_mut() else { panic!("no TLS") };
    below.write_all(&frame(0x83, b"")).await.expect("write");
    failing.closed().await;
    let mut ws = probing(&client).await;
    ws.send("5").await;
    until("the upgrade", || running.server.metrics().snapshot().upgrades_total == 1).await;
    only_socket(&running).disconnect(true, CloseReason::ServerNamespaceDisconnect);
    assert_eq!(ws.text().await, "41");
    assert_eq!(ws.next().await, Some(Message::Close(None)));
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn there_is_one_close_frame_also_where_both_close_at_once() {
    let running = Running::start(patient(), |_| {}).await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(bare(&running).await);
    }
    // All of it is with the kernel before the server, which has one thread here, looks at any.
    for stream in &streams {
        let close = frame(0x88, &1_000_u16.to_be_bytes());
        assert_eq!(stream.try_write(&close).expect("written"), close.len());
    }
    running.server.close();
    for mut stream in streams {
        let mut rest = Vec::new();
        within(stream.read_to_end(&mut rest)).await.expect("read");
        let open = rest.iter().rposition(|byte| *byte == b'}').expect("the open packet");
        assert_eq!(rest[open + 1..], [0x88, 2, 0x03, 0xe8], "{rest:?}");
    }
    running.ended().await;
}

#[tokio::test]
async fn a_client_that_says_good_bye_first_still_gets_the_rest() {
    let running = Running::start(Config { max_queue_bytes: 10_000_000, ..patient() }, burst).await;
    let mut ws = Ws::join(running.addr).await;
    let MaybeTlsStream::Plain(below) = ws.stream.get_mut() else { panic!("no TLS") };
    below.write_all(&frame(0x81, b"42[\"last\",800]")).await.expect("write");
    tokio::time::sleep(Duration::from_millis(50)).await;
    below.write_all(&frame(0x88, &1_000_u16.to_be_bytes())).await.expect("write");
    tokio::time::sleep(Duration::from_millis(50)).await;
    for n in 0..800 {
        assert!(ws.text().await.starts_with(&format!("42[\"x\",{n},")), "{n}");
    }
    assert_eq!(ws.text().await, "41");
    assert_eq!(ws.closed().await, Some(1_000), "its own code");
    drop(ws);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_blocks_holds_up_the_end_of_serve_for_both_timeouts_only() {
    let logged = Logged::new();
    let (release, released) = mpsc::channel::<()>();
    let (enter, mut entered) = tokio::sync::mpsc::unbounded_channel();
    let released = Mutex::new(released);
    let server =
        Server::new(Config { shutdown_timeout: Duration::from_millis(50), ..quick() }).expect("valid settings");
    server.on("block", move |_, _, _| {
        enter.send(()).expect("the test waits");
        tokio::task::block_in_place(|| released.lock().expect("no panic").recv()).expect("the test releases it");
    });
    let listener = listen("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let client = tokio::spawn(async move {
        let mut ws = Ws::join(addr).await;
        ws.send("42[\"block\"]").await;
        ws
    });
    // Not in a task: what it logs is heard on this thread.
    let served = serve(listener, server.router(), &server, async move { entered.recv().await.expect("it blocks") });
    within(served).await.expect("no error");
    assert_eq!(server.metrics().snapshot().sessions, 1);
    assert_eq!(logged.lines("a handler blocks").len(), 1);
    assert!(logged.lines("sessions=1").len() == 1, "{:?}", logged.lines(""));
    release.send(()).expect("it waits");
    within(server.closed()).await;
    drop(within(client).await.expect("no panic"));
}
