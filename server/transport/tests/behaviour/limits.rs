//! Bounds of HTTP: heads, bodies, time and connections.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::{BadInput, Config};

use crate::client::{Polling, Running, Ws, get_request, quick, raw, read_answer, until, within};

#[tokio::test]
async fn a_body_announced_above_the_limit_is_refused_before_it_comes() {
    let running = Running::start(Config { max_payload: 2_000, ..quick() }, |_| {}).await;
    let client = Polling::join(running.addr).await;
    let head = format!("POST /socket.io/?{} HTTP/1.1\r\nHost: x\r\nContent-Length: 2001\r\n\r\n", client.query());
    assert_eq!(raw(running.addr, head).await.status, 413);
    until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    assert_eq!(running.server.metrics().snapshot().bad(BadInput::TooLarge), 1);
    running.stop().await;
}

#[tokio::test]
async fn a_body_of_unknown_length_is_cut_off_at_the_limit() {
    let running = Running::start(Config { max_payload: 2_000, ..quick() }, |_| {}).await;
    let client = Polling::join(running.addr).await;
    let head = format!("POST /socket.io/?{} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", client.query());
    let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1_000));
    assert_eq!(raw(running.addr, format!("{head}{chunk}{chunk}{chunk}")).await.status, 413);
    running.stop().await;
}

#[tokio::test]
async fn too_many_packets_in_a_body_end_the_session() {
    let running = Running::start(Config { max_packets_per_payload: 10, ..quick() }, |_| {}).await;
    let client = Polling::join(running.addr).await;
    assert_eq!(client.post(&["42[\"x\"]"; 10].join("\u{1e}")).await.body, "ok");
    assert_eq!(client.post(&["42[\"x\"]"; 11].join("\u{1e}")).await.status, 400);
    until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    running.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_session() {
    let running = Running::start(Config { body_timeout: Duration::from_millis(50), ..quick() }, |_| {}).await;
    let client = Polling::join(running.addr).await;
    let head = format!("POST /socket.io/?{} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n", client.query());
    assert_eq!(raw(running.addr, head).await.status, 400);
    until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    running.stop().await;
}

#[tokio::test]
async fn a_head_that_does_not_come_or_is_too_large_is_not_waited_for() {
    let config = Config { header_timeout: Duration::from_millis(100), max_headers: 20, ..quick() };
    let running = Running::start(config, |_| {}).await;
    let mut slow = TcpStream::connect(running.addr).await.expect("connect");
    slow.write_all(b"GET /socket.io/ HTTP/1.1\r\nHost").await.expect("write");
    let mut rest = Vec::new();
    // A server may end a half-sent request with an answer or without one.
    let _ = within(slow.read_to_end(&mut rest)).await;
    assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{rest:?}");

    let many = "A: b\r\n".repeat(30);
    let answer = raw(running.addr, format!("GET /socket.io/ HTTP/1.1\r\n{many}\r\n")).await;
    assert_eq!(answer.status, 431);
    let long = "b".repeat(20_000);
    let answer = raw(running.addr, format!("GET /socket.io/ HTTP/1.1\r\nA: {long}\r\n\r\n")).await;
    assert_eq!(answer.status, 431);
    running.stop().await;
}

#[tokio::test]
async fn sessions_above_the_cap_are_sent_away_until_there_is_room() {
    let running = Running::start(Config { max_sessions: 2, ..quick() }, |_| {}).await;
    let first = Ws::join(running.addr).await;
    let _second = Polling::join(running.addr).await;
    assert_eq!(raw(running.addr, get_request("EIO=4&transport=polling")).await.status, 503);
    drop(first);
    until("a free place", || running.server.metrics().snapshot().sessions == 1).await;
    let _third = Ws::join(running.addr).await;
    running.stop().await;
}

#[tokio::test]
async fn connections_of_one_address_are_capped_and_websockets_count() {
    let running = Running::start(Config { max_connections_per_ip: 2, ..quick() }, |_| {}).await;
    let _first = Ws::join(running.addr).await;
    let second = Ws::join(running.addr).await;
    until("the count", || running.server.metrics().snapshot().tcp == 2).await;
    let mut third = TcpStream::connect(running.addr).await.expect("the kernel accepts");
    let mut rest = Vec::new();
    // Dropped at once: by FIN or RST.
    let _ = within(third.read_to_end(&mut rest)).await;
    assert!(rest.is_empty());
    assert_eq!(running.server.metrics().snapshot().tcp_refused, 1);
    drop(second);
    until("a free place", || running.server.metrics().snapshot().tcp == 1).await;
    let _fourth = Ws::join(running.addr).await;
    running.stop().await;
}

#[tokio::test]
async fn connections_above_the_total_wait_their_turn() {
    let running = Running::start(Config { max_connections: 1, ..quick() }, |_| {}).await;
    let first = Ws::join(running.addr).await;
    let mut second = TcpStream::connect(running.addr).await.expect("the kernel accepts");
    second.write_all(get_request("EIO=4&transport=polling").as_bytes()).await.expect("write");
    assert!(tokio::time::timeout(Duration::from_millis(100), second.readable()).await.is_err(), "it waits");
    drop(first);
    assert_eq!(within(read_answer(&mut second)).await.status, 200);
    running.stop().await;
}
