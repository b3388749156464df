//! What a request is refused for, in which order, and the headers of answers.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::{Config, Cookie, Cors};

use crate::client::{Polling, Running, Ws, get_request, post_request, quick, raw, within};
use crate::eio3::Old;

fn both() -> Config {
    Config { allow_eio3: true, ..quick() }
}

#[tokio::test]
async fn checks_come_in_the_order_of_the_reference_server() {
    let running = Running::start(quick(), |_| {}).await;
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let put = |query: &str| get_request(query).replacen("GET", "PUT", 1);
    let ws = |query: &str| get_request(query).replacen("\r\n\r\n", &format!("\r\n{upgrade}"), 1);
    for (request, code) in [
        // The transport is looked at before everything else.
        (put("transport=tobi&sid=nobody"), 0),
        (post_request("EIO=3&transport=constructor", ""), 0),
        // Then the session, whatever the rest is.
        (put("EIO=3&transport=polling&sid=nobody"), 1),
        (get_request("EIO=4&transport=websocket&sid=nobody"), 1),
        // Then the method, then the handshake of the transport, then the revision.
        (put("EIO=3&transport=polling"), 2),
        (post_request("EIO=4&transport=websocket", ""), 2),
        (put("EIO=4&transport=polling&sid="), 2),
        (get_request("EIO=3&transport=websocket"), 3),
        (ws("EIO=3&transport=polling"), 3),
        (get_request("EIO=3&transport=polling"), 5),
        (get_request("EIO=4&transport=polling&EIO=3"), 5),
    ] {
        let answer = raw(running.addr, &request).await;
        assert_eq!(answer.status, 400, "{request}");
        let message = [
            "Transport unknown",
            "Session ID unknown",
            "Bad handshake method",
            "Bad request",
            "",
            "Unsupported protocol version",
        ][code];
        let expected = match request.contains("Upgrade") {
            true => message.to_owned(),
            false => format!("{{\"code\":{code},\"message\":\"{message}\"}}"),
        };
        assert_eq!(answer.body, expected, "{request}");
    }
    // A session is no excuse for another method.
    let client = Polling::join(running.addr).await;
    let answer = raw(running.addr, get_request(&client.query()).replacen("GET", "DELETE", 1)).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
    assert_eq!(client.post("42[\"x\"]").await.body, "ok");
    running.stop().await;
}

#[tokio::test]
async fn a_session_on_another_transport_is_not_disturbed_by_requests_for_it() {
    let running = Running::start(both(), |_| {}).await;
    let mut new = Ws::connect(running.addr, "EIO=4&transport=websocket").await;
    let mut old = Ws::connect(running.addr, "EIO=3&transport=websocket").await;
    for (ws, revision) in [(&mut new, 4), (&mut old, 3)] {
        let open: serde_json::Value = serde_json::from_str(&ws.text().await[1..]).expect("JSON");
        let query = format!("EIO={revision}&transport=polling&sid={}", open["sid"].as_str().expect("a sid"));
        // One that is too large would end a session that polls.
        let large = post_request(&query, "").replace("Content-Length: 0", "Content-Length: 99999999");
        for request in [get_request(&query), post_request(&query, "1:1"), post_request(&query, "1"), large] {
            let answer = raw(running.addr, request).await;
            assert_eq!((answer.status, answer.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
        }
    }
    new.send("40").await;
    assert!(new.text().await.starts_with("40{"));
    assert_eq!(old.text().await, "40");
    // And the other way round: no WebSocket without an upgrade.
    let polling = Old::open(running.addr, "").await;
    assert_eq!(raw(running.addr, get_request(&polling.query("websocket"))).await.status, 400);
    assert_eq!(polling.get().await.body, "2:40");
    running.stop().await;
}

#[tokio::test]
async fn the_cookie_comes_with_the_handshake_s_answer_alone() {
    let running = Running::start(Config { cookie: Some(Cookie::default()), ..both() }, |_| {}).await;
    for query in ["EIO=4&transport=polling", "EIO=3&transport=polling", "EIO=4&transport=polling&j=0"] {
        let answer = raw(running.addr, get_request(query)).await;
        let (_, rest) = answer.body.split_once("sid").expect("a sid");
        let sid = &rest.trim_start_matches(['\\', '"', ':'])[..20];
        assert!(
            answer.head.contains(&format!("set-cookie: io={sid}; Path=/; HttpOnly; SameSite=Lax")),
            "{}",
            answer.head
        );
    }
    let client = Polling::open(running.addr).await;
    client.post("40").await;
    let later = client.get().await;
    assert!(later.body.starts_with("40") && !later.head.contains("set-cookie"), "{}", later.head);
    assert!(!raw(running.addr, get_request("EIO=4")).await.head.contains("set-cookie"));
    running.stop().await;

    let running = Running::start(quick(), |_| {}).await;
    let answer = raw(running.addr, get_request("EIO=4&transport=polling")).await;
    assert!(!answer.head.contains("set-cookie"), "{}", answer.head);
    running.stop().await;
}

#[tokio::test]
async fn pages_of_other_origins_may_read_errors_too() {
    let running = Running::start(Config { cors: Cors::Any, max_sessions: 1, ..both() }, |_| {}).await;
    let client = Polling::open(running.addr).await;
    let large = post_request(&client.query(), "").replace("Content-Length: 0", "Content-Length: 99999999");
    for (request, status) in [
        (get_request("EIO=4&transport=tobi"), 400),
        (get_request("EIO=4&transport=polling&sid=nobody"), 400),
        (post_request("EIO=3&transport=polling", ""), 400),
        (get_request("EIO=3&transport=websocket"), 400),
        (get_request("EIO=3&transport=polling"), 503),
        (post_request(&client.query(), "nonsense\u{1e}"), 400),
        (large, 400),
    ] {
        let answer = raw(running.addr, request.replace("Host: x", "Host: x\r\nOrigin: https://a.example")).await;
        assert_eq!(answer.status, status, "{request}");
        assert!(answer.head.contains("access-control-allow-origin: *"), "{request}: {}", answer.head);
    }
    running.stop().await;
}

#[tokio::test]
async fn a_binary_body_is_for_revision_3_alone() {
    let running = Running::start(both(), |_| {}).await;
    let (new, old) = (Polling::join(running.addr).await, Old::open(running.addr, "").await);
    let binary = |query: &str| {
        post_request(query, "\u{0}\u{1}").replace("text/plain", "application/octet-stream").replace(": 2\r", ": 4\r")
    };
    let answer = raw(running.addr, [binary(&old.query("polling")).as_bytes(), b"\xff2"].concat()).await;
    assert_eq!(answer.body, "ok");
    assert_eq!(old.get().await.body, "2:401:3");
    // In revision 4 it ends the session, though its bytes would be packets as text.
    let answer =
        raw(running.addr, post_request(&new.query(), "3").replace("text/plain", "application/octet-stream")).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
    assert_eq!(new.post("42[\"x\"]").await.status, 400);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_open_packet_does_not_come_together_with_the_101() {
    let running = Running::start(quick(), |_| {}).await;
    let request = get_request("EIO=4&transport=websocket").replace(
        "Host: x",
        "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    );
    let mut together = 0;
    for _ in 0..20 {
        let mut stream = TcpStream::connect(running.addr).await.expect("connect");
        stream.write_all(request.as_bytes()).await.expect("write");
        let mut read = vec![0; 4_096];
        let n = within(stream.read(&mut read)).await.expect("read");
        let text = String::from_utf8_lossy(&read[..n]);
        assert!(text.starts_with("HTTP/1.1 101"), "{text}");
        together += usize::from(!text.ends_with("\r\n\r\n"));
    }
    // A machine that stops for a while may see both at once.
    assert!(together <= 5, "{together} of 20 came together");
    running.stop().await;
}
