//! What one Socket.IO packet may hold, and how many namespaces and acknowledgements a connection may have.

use std::time::Duration;

use tokio_tungstenite::tungstenite::Message;
use transport::{BadInput, CloseReason, Config, Server};

use crate::client::{Running, Ws, quick, until};
use crate::tools::{counted, echo, finish, send_if_open};

/// Sends `message` on a new connection; tells whether it was echoed, else the connection was closed.
async fn echoes(running: &Running, message: &str, attachments: usize) -> bool {
    let mut ws = Ws::join(running.addr).await;
    ws.send(message).await;
    for _ in 0..attachments {
        // A packet refused at its head has closed the connection meanwhile.
        send_if_open(&mut ws, Message::binary(vec![1_u8])).await;
    }
    match ws.next().await {
        Some(Message::Text(text)) => text.as_str().contains("echoed"),
        _ => false,
    }
}

/// A MessagePack packet `{type: 2, data: ["echo", data], nsp: "/"}`.
fn packed(data: &[u8]) -> Vec<u8> {
    [&b"\x83\xa4type\x02\xa4data\x92\xa4echo"[..], data, b"\xa3nsp\xa1/"].concat()
}

async fn echoes_packed(running: &Running, message: Vec<u8>) -> bool {
    let mut ws = Ws::open(running.addr).await;
    ws.send_binary(&b"\x82\xa4type\x00\xa3nsp\xa1/"[..]).await;
    ws.binary().await;
    ws.send_binary(message).await;
    match ws.next().await {
        Some(Message::Binary(bytes)) => bytes.windows(6).any(|w| w == b"echoed"),
        _ => false,
    }
}

#[tokio::test]
async fn a_packet_may_have_ten_attachments_and_not_eleven() {
    let running = Running::start(quick(), echo).await;
    let message = |count: usize| {
        let places: Vec<_> = (0..count).map(|n| format!("{{\"_placeholder\":true,\"num\":{n}}}")).collect();
        format!("45{count}-[\"echo\",{}]", places.join(","))
    };
    assert!(echoes(&running, &message(10), 10).await);
    assert!(!echoes(&running, &message(11), 11).await);
    counted(&running, BadInput::TooLarge, 1).await;
    finish(running).await;
}

#[tokio::test]
async fn a_packet_may_be_nested_32_deep_and_not_33_with_either_parser() {
    let running = Running::start(quick(), echo).await;
    // The list of arguments is the first level; with MessagePack the packet itself is one before it.
    let json = |depth: usize| format!("42[\"echo\",{}{}]", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(echoes(&running, &json(32), 0).await);
    assert!(!echoes(&running, &json(33), 0).await);
    counted(&running, BadInput::TooLarge, 1).await;
    let msgpack = |depth: usize| packed(&[vec![0x91; depth - 3], vec![0x90]].concat());
    assert!(echoes_packed(&running, msgpack(32)).await);
    assert!(!echoes_packed(&running, msgpack(33)).await);
    counted(&running, BadInput::TooLarge, 2).await;
    finish(running).await;
}

#[tokio::test]
async fn a_packet_may_have_max_values_and_not_one_more_with_either_parser() {
    let running = Running::start(Config { max_values: 10, ..quick() }, echo).await;
    // The list and the event's name are values too.
    let json = |values: usize| format!("42[\"echo\"{}]", ",1".repeat(values - 2));
    assert!(echoes(&running, &json(10), 0).await);
    assert!(!echoes(&running, &json(11), 0).await);
    counted(&running, BadInput::TooLarge, 1).await;
    // And so are the packet's type and its namespace, and the list in the list.
    let msgpack = |values: usize| packed(&[vec![0x90 | (values - 5) as u8], vec![1; values - 5]].concat());
    assert!(echoes_packed(&running, msgpack(10)).await);
    assert!(!echoes_packed(&running, msgpack(11)).await);
    counted(&running, BadInput::TooLarge, 2).await;
    finish(running).await;
}

fn with_namespaces(server: &Server) {
    echo(server);
    for n in 0..10 {
        server.namespace(&format!("/{n}"));
    }
}

#[tokio::test]
async fn a_connection_may_join_max_namespaces_and_not_one_more() {
    let running = Running::start(Config { max_namespaces: 3, ..quick() }, with_namespaces).await;
    let mut ws = Ws::join(running.addr).await;
    for n in 0..2 {
        ws.send(&format!("40/{n},")).await;
        assert!(ws.text().await.starts_with(&format!("40/{n},")));
    }
    ws.send("41/0,").await;
    ws.send("40/7,").await;
    assert!(ws.text().await.starts_with("40/7,"), "one that is left makes room");
    ws.send("40/8,").await;
    assert_eq!(ws.text().await, "44/8,{\"message\":\"more than 3 namespaces\"}");
    ws.send("42[\"echo\",1]").await;
    assert_eq!(ws.text().await, "42[\"echoed\",1]", "the connection goes on");
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn namespaces_that_the_server_takes_a_client_out_of_do_not_count() {
    let running = Running::start(Config { max_namespaces: 2, ..quick() }, with_namespaces).await;
    let mut ws = Ws::join(running.addr).await;
    for n in 0..10 {
        ws.send(&format!("40/{n},")).await;
        assert!(ws.text().await.starts_with(&format!("40/{n},")));
        let socket = running.server.namespace(&format!("/{n}")).sockets().pop().expect("a socket");
        socket.disconnect(false, CloseReason::ServerNamespaceDisconnect);
        assert_eq!(ws.text().await, format!("41/{n},"));
    }
    ws.send("42/9,[\"late\"]").await;
    ws.send("42[\"echo\",1]").await;
    assert_eq!(ws.text().await, "42[\"echoed\",1]", "what was on its way is dropped");
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn a_namespaces_name_may_have_max_namespace_bytes_and_not_one_more() {
    let running = Running::start(Config { max_namespace_bytes: 20, ..quick() }, echo).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send(&format!("40/{},", "n".repeat(19))).await;
    assert!(ws.text().await.contains("Invalid namespace"), "it is read, if unknown");
    ws.send(&format!("40/{},", "n".repeat(20))).await;
    ws.closed().await;
    counted(&running, BadInput::TooLarge, 1).await;
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn a_connection_may_owe_max_pending_acks_and_not_one_more_until_it_answers() {
    let running = Running::start(Config { max_pending_acks: 2, ..quick() }, echo).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let ask = || socket.emit_with_ack("ask", &(), Duration::from_secs(60), |_| {});
    assert!(ask().is_ok() && ask().is_ok());
    assert!(matches!(ask(), Err(transport::Error::TooManyAcks { limit: 2 })));
    ws.send("430[]").await;
    until("room for another", || ask().is_ok()).await;
    assert!(matches!(ask(), Err(transport::Error::TooManyAcks { limit: 2 })));
    drop((ws, socket));
    finish(running).await;
}
