//! From long-polling to WebSocket.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;
use transport::{BadInput, Config};

use crate::client::{Polling, Running, Ws, get_request, quick, read_answer, until, within};

fn query(client: &Polling) -> String {
    format!("EIO=4&transport=websocket&sid={}", client.sid)
}

#[tokio::test]
async fn packets_follow_to_the_websocket_while_polls_get_noops() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let waiting = client.waiting(&socket).await;
    let mut ws = Ws::connect(running.addr, &query(&client)).await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    assert_eq!(within(waiting).await.expect("no panic"), "6");
    socket.emit("between", &()).expect("queued");
    ws.send("5").await;
    assert_eq!(ws.text().await, "42[\"between\"]");
    until("the socket to be on the WebSocket", || socket.ready()).await;
    let after = client.get().await;
    assert_eq!((after.status, after.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
    ws.send("42[\"x\"]").await;
    assert_eq!(running.server.metrics().snapshot().upgrades_total, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_probe_that_never_ends_is_given_up_and_polling_goes_on() {
    let config = Config { upgrade_timeout: Duration::from_millis(100), ..quick() };
    let running = Running::start(config, |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let mut ws = Ws::connect(running.addr, &query(&client)).await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    ws.closed().await;
    socket.emit("still", "here").expect("queued");
    assert_eq!(client.get().await.body, "42[\"still\",\"here\"]");
    running.stop().await;
}

#[tokio::test]
async fn garbage_on_a_probing_websocket_costs_only_that_websocket() {
    let running = Running::start(quick(), |_| {}).await;
    for garbage in ["5", "42[\"x\"]", "nonsense", "2"] {
        let client = Polling::join(running.addr).await;
        let mut ws = Ws::connect(running.addr, &query(&client)).await;
        ws.send(garbage).await;
        ws.closed().await;
        assert_eq!(client.post("42[\"x\"]").await.body, "ok", "{garbage}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_second_websocket_of_a_session_is_closed_at_once() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let mut first = Ws::connect(running.addr, &query(&client)).await;
    first.send("2probe").await;
    assert_eq!(first.text().await, "3probe");
    let mut second = Ws::connect(running.addr, &query(&client)).await;
    assert_eq!(second.next().await, Some(Message::Close(None)));
    first.send("5").await;
    first.send("42[\"x\"]").await;
    until("the upgrade", || running.server.metrics().snapshot().upgrades_total == 1).await;
    // Nor after the upgrade, whatever it says.
    let mut late = Ws::connect(running.addr, &query(&client)).await;
    late.send("2probe").await;
    assert_eq!(late.next().await, Some(Message::Close(None)));
    assert_eq!(running.server.metrics().snapshot().bad(BadInput::Overlap), 2);
    first.send("42[\"y\"]").await;
    until("both events", || running.server.metrics().snapshot().packets_in >= 5).await;
    running.stop().await;
}

#[tokio::test]
async fn a_request_that_waits_beside_the_upgrade_packet_finds_polling_over() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let mut ws = Ws::connect(running.addr, &query(&client)).await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    let mut kept = TcpStream::connect(running.addr).await.expect("connect");
    kept.write_all(get_request("EIO=4").as_bytes()).await.expect("write");
    assert_eq!(read_answer(&mut kept).await.status, 400);
    // Both are with the kernel before the server looks at either; it has but one thread here, and sees the request first.
    let get = get_request(&client.query());
    assert_eq!(kept.try_write(get.as_bytes()).expect("written"), get.len());
    let MaybeTlsStream::Plain(stream) = ws.stream.get_mut() else { panic!("no TLS") };
    assert_eq!(stream.try_write(&[0x81, 0x81, 0, 0, 0, 0, b'5']).expect("written"), 7);
    let answer = within(read_answer(&mut kept)).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
    running.stop().await;
}
