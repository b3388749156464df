//! From long-polling to WebSocket.

use std::time::Duration;

use transport::{BadInput, Config};

use crate::client::{Polling, Running, Ws, quick, until, within};

fn query(client: &Polling) -> String {
    format!("EIO=4&transport=websocket&sid={}", client.sid)
}

#[tokio::test]
async fn packets_follow_to_the_websocket_while_polls_get_noops() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.get().await.body }
    });
    until("the GET to wait", || socket.ready()).await;
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
    assert_eq!(Ws::connect(running.addr, &query(&client)).await.closed().await, None);
    first.send("5").await;
    first.send("42[\"x\"]").await;
    until("the upgrade", || running.server.metrics().snapshot().upgrades_total == 1).await;
    // Nor after the upgrade, whatever it says.
    let mut late = Ws::connect(running.addr, &query(&client)).await;
    late.send("2probe").await;
    assert_eq!(late.closed().await, None);
    assert_eq!(running.server.metrics().snapshot().bad(BadInput::Overlap), 2);
    first.send("42[\"y\"]").await;
    until("both events", || running.server.metrics().snapshot().packets_in >= 5).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_behind_the_upgrade_packet_finds_polling_over() {
    let running = Running::start(quick(), |_| {}).await;
    for _ in 0..50 {
        let client = Polling::join(running.addr).await;
        let mut ws = Ws::connect(running.addr, &query(&client)).await;
        ws.send("2probe").await;
        assert_eq!(ws.text().await, "3probe");
        ws.send("5").await;
        let after = client.get().await;
        assert_eq!((after.status, after.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
    }
    running.stop().await;
}
