//! What one address may have of the server: sessions and handshakes. Connections are in `limits`.

use std::net::SocketAddr;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use transport::{BadInput, Config};

use crate::client::{Answer, Polling, Running, Ws, get_request, quick, raw, read_answer, until, within};
use crate::tools::{UPGRADE, bad, echo, upgrade_request};

/// A connection from another loopback address.
async fn from(ip: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(format!("{ip}:0").parse().expect("an address")).expect("an address of this machine");
    within(socket.connect(to)).await.expect("connect")
}

async fn ask(stream: &mut TcpStream, request: &str) -> Answer {
    stream.write_all(request.as_bytes()).await.expect("write");
    within(read_answer(stream)).await
}

#[tokio::test]
async fn an_address_may_have_max_sessions_per_ip_and_not_one_more_over_either_transport() {
    let running = Running::start(Config { max_sessions_per_ip: 2, ..quick() }, echo).await;
    let first = Ws::join(running.addr).await;
    let second = Polling::join(running.addr).await;
    let answer = raw(running.addr, get_request("EIO=4&transport=polling")).await;
    assert_eq!((answer.status, answer.body.as_str()), (429, "too many sessions from this address"));
    let answer = raw(running.addr, upgrade_request("EIO=4&transport=websocket", "")).await;
    assert_eq!(answer.status, 429);
    let mut other = from("127.0.0.2", running.addr).await;
    assert_eq!(ask(&mut other, &get_request("EIO=4&transport=polling")).await.status, 200, "others have their own");
    assert_eq!(running.server.metrics().snapshot().handshakes_refused, 2);
    assert_eq!(bad(&running, BadInput::Request), 0, "it may be a house full of honest clients");
    drop(first);
    until("a free place", || running.server.metrics().snapshot().sessions == 2).await;
    let third = Ws::join(running.addr).await;
    assert_eq!(second.post("1").await.body, "ok");
    drop(third);
    running.stop().await;
}

#[tokio::test]
async fn a_full_server_refuses_websockets_before_their_101() {
    let running = Running::start(Config { max_sessions: 1, ..quick() }, echo).await;
    let first = Ws::join(running.addr).await;
    let answer = raw(running.addr, upgrade_request("EIO=4&transport=websocket", "")).await;
    assert_eq!((answer.status, answer.body.as_str()), (503, "no room for another session"));
    drop(first);
    until("a free place", || running.server.metrics().snapshot().sessions == 0).await;
    let _second = Ws::join(running.addr).await;
    running.stop().await;
}

#[tokio::test]
async fn an_address_may_make_a_burst_of_handshakes_and_then_its_rate() {
    let config = Config { handshakes_per_second: 5, handshake_burst: 3, ..quick() };
    let running = Running::start(config, echo).await;
    for _ in 0..3 {
        assert_eq!(raw(running.addr, get_request("EIO=4&transport=polling")).await.status, 200, "of the burst");
    }
    for request in [get_request("EIO=4&transport=polling"), upgrade_request("EIO=4&transport=websocket", "")] {
        within(async { while raw(running.addr, &request).await.status == 429 {} }).await;
        let refused = within(async {
            loop {
                let answer = raw(running.addr, &request).await;
                if answer.status == 429 {
                    break answer;
                }
            }
        })
        .await;
        assert_eq!(refused.body, "too many handshakes");
        assert!(refused.head.to_lowercase().contains("retry-after: 1"), "{}", refused.head);
        let mut other = from("127.0.0.2", running.addr).await;
        assert_ne!(ask(&mut other, &request).await.status, 429, "others have their own");
    }
    running.stop().await;
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_is_whom_the_proxy_names() {
    let config = Config { trusted_proxies: 1, max_sessions_per_ip: 1, ..quick() };
    let running = Running::start(config, echo).await;
    let open = |forwarded: &str| {
        let line = format!("X-Forwarded-For: {forwarded}\r\n");
        format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n{line}\r\n")
    };
    assert_eq!(raw(running.addr, open("1.1.1.1")).await.status, 200);
    assert_eq!(raw(running.addr, open("1.1.1.1")).await.status, 429);
    assert_eq!(raw(running.addr, open("9.9.9.9, 1.1.1.1")).await.status, 429, "the client's own claim is not believed");
    assert_eq!(raw(running.addr, open("1.1.1.1, 2.2.2.2")).await.status, 200);
    assert_eq!(raw(running.addr, open("2001:db8::1")).await.status, 200);
    assert_eq!(raw(running.addr, open("2001:db8::2")).await.status, 429, "the same network of 64 bits");
    let ws = format!("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n{UPGRADE}");
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    stream.write_all(format!("{ws}X-Forwarded-For: 3.3.3.3\r\n\r\n").as_bytes()).await.expect("write");
    assert_eq!(within(read_answer(&mut stream)).await.status, 101);
    stream.write_all(&crate::tools::frame(0x81, b"40")).await.expect("write");
    until("it to join", || running.server.namespace("/").len() == 1).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    assert_eq!(socket.remote_addr().to_string(), "3.3.3.3:0");
    running.stop().await;
}

#[tokio::test]
async fn without_trusted_proxies_nobody_is_named() {
    let running = Running::start(Config { max_sessions_per_ip: 1, ..quick() }, echo).await;
    let open = |forwarded: &str| {
        let line = format!("X-Forwarded-For: {forwarded}\r\n");
        format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n{line}\r\n")
    };
    assert_eq!(raw(running.addr, open("1.1.1.1")).await.status, 200);
    assert_eq!(raw(running.addr, open("2.2.2.2")).await.status, 429);
    running.stop().await;
}
