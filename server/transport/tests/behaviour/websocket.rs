//! Sessions on a WebSocket: both parsers, heartbeat, and frames no honest client sends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use transport::{BadInput, Config, Server};

use crate::client::{Running, Ws, quick, read_answer, until, within};

fn echo(server: &Server) {
    server.namespace("/").on("echo", |socket, args, ack| {
        socket.emit_args("echoed", args.clone()).expect("sent");
        if let Some(ack) = ack {
            ack.send(&(args.len(), "got")).expect("sent");
        }
    });
}

#[tokio::test]
async fn both_parsers_work_on_one_port() {
    let running = Running::start(quick(), echo).await;
    let mut json = Ws::join(running.addr).await;
    let mut msgpack = Ws::open(running.addr).await;
    // {type: 0, nsp: "/"}
    msgpack.send_binary(&b"\x82\xa4type\x00\xa3nsp\xa1/"[..]).await;
    let joined = msgpack.binary().await;
    assert!(joined.windows(3).any(|w| w == b"sid"), "{joined:?}");

    json.send("451-7[\"echo\",{\"_placeholder\":true,\"num\":0},\"x\"]").await;
    json.send_binary(&b"\x01\x02"[..]).await;
    assert_eq!(json.text().await, "451-[\"echoed\",{\"_placeholder\":true,\"num\":0},\"x\"]");
    assert_eq!(json.binary().await[..], [1, 2]);
    assert_eq!(json.text().await, "437[2,\"got\"]");

    // {type: 2, data: ["echo", bin 0102], nsp: "/"}
    msgpack.send_binary(&b"\x83\xa4type\x02\xa4data\x92\xa4echo\xc4\x02\x01\x02\xa3nsp\xa1/"[..]).await;
    let echoed = msgpack.binary().await;
    assert!(echoed.windows(6).any(|w| w == b"echoed") && echoed.windows(2).any(|w| w == [1, 2]), "{echoed:?}");
    running.stop().await;
}

#[tokio::test]
async fn a_broadcast_reaches_both_parsers_and_spares_its_sender() {
    let running = Running::start(quick(), |server| {
        server.namespace("/").on("shout", |socket, _, _| {
            assert_eq!(socket.broadcast().emit("heard", &[7]).expect("sent"), 1);
            socket.emit("done", &()).expect("sent");
        });
    })
    .await;
    let mut json = Ws::join(running.addr).await;
    let mut msgpack = Ws::open(running.addr).await;
    msgpack.send_binary(&b"\x82\xa4type\x00\xa3nsp\xa1/"[..]).await;
    msgpack.binary().await;
    json.send("42[\"shout\"]").await;
    assert_eq!(json.text().await, "42[\"done\"]");
    let heard = msgpack.binary().await;
    assert!(heard.windows(6).any(|w| w == b"heard\x07"), "{heard:?}");
    running.stop().await;
}

#[tokio::test]
async fn rooms_choose_who_hears() {
    let running = Running::start(quick(), |server| {
        server.namespace("/").on("join", |socket, args, ack| {
            socket.join(args.get::<&str>(0).expect("a room"));
            ack.expect("an acknowledgement").send(&()).expect("sent");
        });
    })
    .await;
    let mut clients = Vec::new();
    for room in ["red", "blue", "blue"] {
        let mut ws = Ws::join(running.addr).await;
        ws.send(&format!("421[\"join\",\"{room}\"]")).await;
        assert_eq!(ws.text().await, "431[]");
        clients.push(ws);
    }
    let main = running.server.namespace("/");
    assert_eq!(main.to("blue").emit("a", &()).expect("sent"), 2);
    assert_eq!(main.to("blue").to("red").emit("b", &()).expect("sent"), 3);
    assert_eq!(main.except("blue").emit("c", &()).expect("sent"), 1);
    assert_eq!(main.to("green").emit("d", &()).expect("sent"), 0);
    let red = main.to("red").sockets().pop().expect("a socket");
    assert_eq!(main.to(red.id().as_str()).emit("e", &()).expect("sent"), 1);
    for event in ["b", "c", "e"] {
        assert_eq!(clients[0].text().await, format!("42[\"{event}\"]"));
    }
    drop(clients);
    until("the rooms to be empty", || main.is_empty() && main.to("blue").sockets().is_empty()).await;
    running.stop().await;
}

#[tokio::test]
async fn a_silent_client_times_out_and_an_answering_one_stays() {
    let config =
        Config { ping_interval: Duration::from_millis(40), ping_timeout: Duration::from_millis(80), ..quick() };
    let running = Running::start(config, echo).await;
    let mut alive = Ws::join(running.addr).await;
    let silent = Ws::join(running.addr).await;
    let stop = tokio::time::Instant::now() + Duration::from_millis(400);
    while tokio::time::timeout_at(stop, alive.next()).await.is_ok() {}
    assert_eq!(running.server.metrics().snapshot().closes.get("ping timeout"), Some(&1));
    alive.send("42[\"echo\",1]").await;
    assert_eq!(alive.text().await, "42[\"echoed\",1]");
    drop(silent);
    running.stop().await;
}

#[tokio::test]
async fn bad_packets_end_their_own_connection_only() {
    let running = Running::start(quick(), echo).await;
    let mut bystander = Ws::join(running.addr).await;
    let bad = [
        "",
        "x",
        "7",
        "2probe",
        "5",
        "42",
        "42[]",
        "42[1]",
        "42{\"a\":1}",
        "45-[\"x\"]",
        "4511-[\"x\"]",
        "43",
        "4[",
        "40",
    ];
    for text in bad {
        let mut ws = Ws::join(running.addr).await;
        ws.send(text).await;
        ws.closed().await;
    }
    let deep = format!("42[\"x\",{}{}]", "[".repeat(100), "]".repeat(100));
    let mut ws = Ws::join(running.addr).await;
    ws.send(&deep).await;
    ws.closed().await;
    let mut early = Ws::open(running.addr).await;
    early.send("42[\"echo\"]").await;
    early.closed().await;
    let counted = running.server.metrics().snapshot();
    assert_eq!(counted.bad(BadInput::Engine) + counted.bad(BadInput::Packet), bad.len() as u64, "{counted:?}");
    assert_eq!(counted.bad(BadInput::TooLarge), 2, "the attachments and the depth: {counted:?}");
    bystander.send("42[\"echo\",1]").await;
    assert_eq!(bystander.text().await, "42[\"echoed\",1]");
    running.stop().await;
}

#[tokio::test]
async fn a_message_above_the_limit_is_answered_with_1009() {
    let running = Running::start(Config { max_payload: 2_000, ..quick() }, echo).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send(&format!("42[\"echo\",\"{}\"]", "x".repeat(1_900))).await;
    assert!(ws.text().await.starts_with("42[\"echoed\""));
    ws.send(&format!("42[\"echo\",\"{}\"]", "x".repeat(2_000))).await;
    assert_eq!(ws.closed().await, Some(1009));
    let counted = running.server.metrics().snapshot();
    assert_eq!(counted.bad(BadInput::TooLarge), 1);
    running.stop().await;
}

/// A WebSocket below any client library, to send what those refuse to.
async fn bare(running: &Running) -> TcpStream {
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    let request = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n\
        Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("write");
    let answer = within(read_answer(&mut stream)).await;
    assert_eq!(answer.status, 101);
    assert!(
        answer.head.to_lowercase().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
        "{}",
        answer.head
    );
    stream
}

#[tokio::test]
async fn broken_frames_end_the_connection_with_1002() {
    let running = Running::start(quick(), echo).await;
    let cases: [&[u8]; 4] = [
        b"\x81\x02\x34\x30", // not masked
        b"\x83\x80\0\0\0\0", // reserved opcode
        b"\xc1\x80\0\0\0\0", // reserved bit
        b"\x80\x80\0\0\0\0", // continuation of nothing
    ];
    for frame in cases {
        let mut stream = bare(&running).await;
        stream.write_all(frame).await.expect("write");
        let mut rest = Vec::new();
        // The server closes; whether the last read ends by FIN or by RST is the kernel's matter.
        let _ = within(stream.read_to_end(&mut rest)).await;
        assert!(rest.ends_with(&[0x88, 2, 0x03, 0xea]), "{frame:x?}: {rest:x?}");
    }
    assert_eq!(running.server.metrics().snapshot().bad(BadInput::WebSocket), 4);
    running.stop().await;
}

#[tokio::test]
async fn endless_fragments_of_one_message_are_cut_off() {
    let running = Running::start(Config { max_payload: 2_000, ..quick() }, echo).await;
    let mut stream = bare(&running).await;
    stream.write_all(b"\x01\x80\0\0\0\0").await.expect("write");
    let empty = b"\x00\x80\0\0\0\0".repeat(1_000);
    let sent = within(async {
        let mut sent = 0;
        while sent < 1_000_000 && stream.write_all(&empty).await.is_ok() {
            sent += empty.len();
        }
        sent
    })
    .await;
    until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    assert_eq!(running.server.metrics().snapshot().bad(BadInput::TooLarge), 1, "after {sent} bytes");
    running.stop().await;
}

#[tokio::test]
async fn pings_of_the_websocket_itself_are_answered() {
    let running = Running::start(quick(), echo).await;
    let mut stream = bare(&running).await;
    stream.write_all(b"\x89\x82\0\0\0\0hi").await.expect("write");
    let mut seen = Vec::new();
    within(async {
        // Before or behind the open packet.
        while !seen.windows(4).any(|four| four == b"\x8a\x02hi") {
            let mut chunk = [0; 512];
            let n = stream.read(&mut chunk).await.expect("read");
            assert!(n > 0, "closed after {seen:x?}");
            seen.extend_from_slice(&chunk[..n]);
        }
    })
    .await;
    drop(stream);
    until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    running.stop().await;
}

#[tokio::test]
async fn the_peers_close_frame_is_answered() {
    let running = Running::start(quick(), echo).await;
    let mut ws = Ws::join(running.addr).await;
    within(ws.stream.close(None)).await.expect("close");
    assert_eq!(ws.next().await, Some(Message::Close(None)));
    assert_eq!(ws.next().await, None);
    until("the end", || running.server.metrics().snapshot().closes.get("transport close") == Some(&1)).await;
    running.stop().await;
}
