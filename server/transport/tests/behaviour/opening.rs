//! The request that opens a session: what is kept of it, who may send it, and who hears when it is refused.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::SystemTime;

use transport::{Config, KeepHeaders, Server, Value, listen};

use crate::client::{Polling, Running, Ws, get_request, quick, raw};
use crate::logged::Logged;
use crate::tools::{echo, still_serves, upgrade_request};

#[tokio::test]
async fn a_socket_knows_the_request_it_came_with() {
    let config = Config { keep_headers: KeepHeaders::Listed(vec!["Host".into()]), keep_auth: true, ..quick() };
    let before = SystemTime::now();
    let running = Running::start(config, |_| {}).await;
    let mut ws = Ws::connect(running.addr, "EIO=4&transport=websocket&name=Ada%20L.").await;
    ws.text().await;
    ws.send("40{\"token\":\"x\"}").await;
    ws.text().await;
    let socket = running.server.sockets().pop().expect("a socket");
    let handshake = socket.handshake();
    assert_eq!(handshake.query("name").as_deref(), Some("Ada L."));
    assert_eq!(handshake.url(), "/socket.io/?EIO=4&transport=websocket&name=Ada%20L.");
    assert_eq!(handshake.header("host"), Some(running.addr.to_string().as_str()));
    assert_eq!(handshake.header("upgrade"), None, "it was not asked for");
    assert_eq!(handshake.auth().get("token").and_then(Value::as_str), Some("x"));
    assert!(handshake.address().ip().is_loopback() && !handshake.secure());
    assert!(handshake.time() >= before && handshake.time() <= SystemTime::now());
    running.stop().await;
}

#[tokio::test]
async fn by_default_neither_headers_nor_auth_are_kept() {
    let running = Running::start(quick(), |server| {
        server.on_connect(|_, auth| assert!(auth.get("token").is_some(), "it is there while it is decided"));
    })
    .await;
    let client = Polling::open(running.addr).await;
    client.post("40{\"token\":\"x\"}").await;
    let socket = running.server.sockets().pop().expect("a socket");
    let handshake = socket.handshake();
    assert_eq!((handshake.headers().count(), handshake.auth()), (0, &Value::Null));
    assert_eq!(handshake.query("transport").as_deref(), Some("polling"));
    running.stop().await;
}

#[tokio::test]
async fn requests_are_allowed_or_forbidden_before_a_session_is_made() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), move |server| {
        server.allow_request(|request| {
            assert!(request.address.ip().is_loopback());
            match (request.query("key").as_deref(), request.header("x-key")) {
                (Some("good"), _) | (_, Some("good")) => Ok(()),
                _ => Err("a \"good\" key\nis missing".to_owned()),
            }
        });
        server.on_connection_error(move |error| {
            let told = (error.code, error.message.to_owned(), error.request.uri.to_string());
            tell.send(told).expect("the test waits");
        });
    })
    .await;
    let answer = raw(running.addr, get_request("EIO=4&transport=polling&key=bad")).await;
    assert_eq!(answer.status, 403);
    assert!(answer.head.to_lowercase().contains("content-type: application/json"), "{}", answer.head);
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(body, serde_json::json!({ "code": 4, "message": "a \"good\" key\nis missing" }));
    let request = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let answer = raw(running.addr, format!("{request}\r\n")).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "a \"good\" key\nis missing"));
    assert_eq!(running.server.metrics().snapshot().sessions_total, 0);
    assert_eq!(raw(running.addr, format!("{request}X-Key: good\r\n\r\n")).await.status, 101);
    let opened = raw(running.addr, get_request("EIO=4&transport=polling&key=good")).await;
    assert_eq!(opened.status, 200);
    let open: serde_json::Value = serde_json::from_str(&opened.body[1..]).expect("JSON");
    let session = format!("EIO=4&transport=polling&sid={}", open["sid"].as_str().expect("a sid"));
    let posted = raw(running.addr, crate::client::post_request(&session, "40")).await;
    assert_eq!(posted.body, "ok", "only handshakes are asked about");
    assert_eq!(raw(running.addr, get_request("EIO=4&transport=polling&sid=nobody")).await.status, 400);
    let told: Vec<_> = told.try_iter().collect();
    assert_eq!(told.iter().map(|(code, ..)| *code).collect::<Vec<_>>(), [4, 4, 1]);
    assert_eq!(told[2].1, "Session ID unknown");
    assert!(told[2].2.ends_with("sid=nobody"), "{}", told[2].2);
    running.stop().await;
}

#[tokio::test]
async fn a_websocket_that_another_accept_loop_brings_is_told_whose_it_is() {
    let logged = Logged::new();
    let server = Server::new(quick()).expect("valid settings");
    let listener = listen("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let service = server.router().into_make_service_with_connect_info::<SocketAddr>();
    let served = tokio::spawn(async move { axum::serve(listener, service).await });
    assert_eq!(raw(addr, get_request("EIO=4&transport=polling")).await.status, 200);
    let request = upgrade_request("EIO=4&transport=websocket", "Connection: close\r\n");
    for _ in 0..2 {
        let answer = raw(addr, &request).await;
        assert_eq!(answer.status, 500);
        assert!(answer.body.contains("transport::serve"), "{}", answer.body);
        assert_eq!(logged.lines("transport::serve").len(), 1, "it is logged once");
    }
    served.abort();
}

#[tokio::test]
async fn as_many_as_there_can_be_is_no_limit() {
    let most = usize::MAX;
    let config = Config {
        max_connections: most,
        max_connections_per_ip: most,
        max_sessions: most,
        max_sessions_per_ip: most,
        max_queue_bytes: most,
        max_queue_packets: most,
        ..quick()
    };
    let running = Running::start(config, echo).await;
    still_serves(&running).await;
    running.stop().await;
}
