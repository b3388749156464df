//! Upgrades to WebSocket that go wrong.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::{BadInput, Config};

use crate::client::{Polling, Running, Ws, post_request, quick, raw, read_answer, until, within};
use crate::tools::{bad, counted, echo, finish, frame, upgrade_request};

fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("an option");
    drop(stream);
}

async fn connect(running: &Running, bytes: impl AsRef<[u8]>) -> TcpStream {
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    stream.write_all(bytes.as_ref()).await.expect("write");
    stream
}

#[tokio::test]
async fn junk_behind_an_upgrade_request_ends_that_websocket_only() {
    let running = Running::start(quick(), echo).await;
    let junk = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\xff\xfe\xfd";
    // Of a new session.
    for count in 1..=2 {
        let request = upgrade_request("EIO=4&transport=websocket", "");
        let mut stream = match count {
            // Together with the request, and after its answer.
            1 => connect(&running, [request.as_bytes(), junk].concat()).await,
            _ => {
                let mut stream = connect(&running, request).await;
                assert_eq!(within(read_answer(&mut stream)).await.status, 101);
                stream.write_all(junk).await.expect("write");
                stream
            }
        };
        let mut rest = Vec::new();
        let _ = within(stream.read_to_end(&mut rest)).await;
        counted(&running, BadInput::WebSocket, count).await;
    }
    // Of an upgrade: the session goes on over polling.
    let client = Polling::join(running.addr).await;
    let request = upgrade_request(&format!("EIO=4&transport=websocket&sid={}", client.sid), "");
    let mut stream = connect(&running, [request.as_bytes(), junk].concat()).await;
    let mut rest = Vec::new();
    let _ = within(stream.read_to_end(&mut rest)).await;
    counted(&running, BadInput::WebSocket, 3).await;
    assert_eq!(client.post("42[\"echo\",1]").await.body, "ok");
    assert_eq!(client.get().await.body, "42[\"echoed\",1]");
    assert_eq!(client.post("1").await.body, "ok");
    finish(running).await;
}

#[tokio::test]
async fn frames_behind_an_upgrade_request_are_not_lost() {
    let running = Running::start(quick(), echo).await;
    let request = upgrade_request("EIO=4&transport=websocket", "");
    let frames = [frame(0x81, b"40"), frame(0x81, b"42[\"echo\",1]")].concat();
    let mut stream = connect(&running, [request.as_bytes(), &frames].concat()).await;
    let mut seen = Vec::new();
    within(async {
        while !seen.windows(6).any(|w| w == b"echoed") {
            assert!(stream.read_buf(&mut seen).await.expect("read") > 0);
        }
    })
    .await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn a_reset_at_any_moment_of_a_bad_upgrade_leaves_nothing() {
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    let own = format!("EIO=4&transport=websocket&sid={}", client.sid);
    for query in ["EIO=4&transport=websocket&sid=nobody", "EIO=3&transport=websocket", "transport=__proto__", &own] {
        for junk in [&b""[..], b"\x81", b"\xff\xff\xff"] {
            let request = upgrade_request(query, "");
            // At once, when half of the request is there, and when an answer has come.
            reset(connect(&running, [request.as_bytes(), junk].concat()).await);
            reset(connect(&running, &request[..request.len() / 2]).await);
            let mut stream = connect(&running, [request.as_bytes(), junk].concat()).await;
            let _ = within(stream.read(&mut [0; 16])).await;
            reset(stream);
            until("the connections to have gone", || running.server.metrics().snapshot().tcp == 0).await;
        }
    }
    let counts = [BadInput::Origin, BadInput::Packet, BadInput::Engine].map(|class| bad(&running, class));
    assert_eq!(counts, [0; 3]);
    assert!(bad(&running, BadInput::Request) >= 9, "at least those that were answered");
    assert_eq!(client.post("42[\"echo\",1]").await.body, "ok", "the session still polls");
    assert_eq!(client.get().await.body, "42[\"echoed\",1]");
    assert_eq!(client.post("1").await.body, "ok");
    finish(running).await;
}

#[tokio::test]
async fn handshakes_that_are_none_are_refused() {
    let running = Running::start(quick(), echo).await;
    let base = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for lines in [
        String::new(),
        key.to_owned(),
        "Sec-WebSocket-Version: 13\r\n".to_owned(),
        format!("{key}Sec-WebSocket-Version: 8\r\n"),
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n".to_owned(),
        format!("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n", "k".repeat(4_000)),
    ] {
        let answer = raw(running.addr, format!("{base}{lines}\r\n")).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, "Bad request"), "{lines}");
    }
    counted(&running, BadInput::Request, 6).await;
    assert_eq!(running.server.metrics().snapshot().sessions_total, 0, "none of them was a session for a moment");
    finish(running).await;
}

#[tokio::test]
async fn a_websocket_that_never_becomes_one_is_given_up() {
    let config = Config { upgrade_timeout: Duration::from_millis(100), ..quick() };
    let running = Running::start(config, echo).await;
    let client = Polling::join(running.addr).await;
    let query = format!("EIO=4&transport=websocket&sid={}", client.sid);
    for says in [&b""[..], &frame(0x81, b"2probe"), &frame(0x81, b"6").repeat(100)] {
        let mut stream = connect(&running, [upgrade_request(&query, "").as_bytes(), says].concat()).await;
        assert_eq!(within(read_answer(&mut stream)).await.status, 101);
        let mut rest = Vec::new();
        let _ = within(stream.read_to_end(&mut rest)).await;
        assert_eq!(client.post("42[\"echo\",1]").await.body, "ok");
        assert_eq!(client.get().await.body, "42[\"echoed\",1]");
    }
    assert_eq!(client.post("1").await.body, "ok");
    finish(running).await;
}

#[tokio::test]
async fn a_post_that_races_its_upgrade_is_handled_before_what_the_websocket_brings() {
    let running = Running::start(quick(), echo).await;
    for round in 0..30 {
        let client = Polling::join(running.addr).await;
        let mut ws = Ws::connect(running.addr, &format!("EIO=4&transport=websocket&sid={}", client.sid)).await;
        ws.send("2probe").await;
        assert_eq!(ws.text().await, "3probe");
        // The POST's head and a part of its body are there when the client moves over.
        let request = post_request(&client.query(), "42[\"echo\",1]\u{1e}42[\"echo\",2]");
        let cut = request.len() - 1 - round % 20;
        let mut post = connect(&running, &request[..cut]).await;
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        ws.send("5").await;
        let ended = async {
            post.write_all(&request.as_bytes()[cut..]).await.expect("write");
            within(read_answer(&mut post)).await
        };
        let answer = ended.await;
        match answer.status {
            // It was a POST of the session when it came.
            200 => {
                for n in 1..=2 {
                    assert_eq!(ws.text().await, format!("42[\"echoed\",{n}]"));
                }
            }
            // It came when the session had moved over.
            status => assert_eq!((status, answer.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}")),
        }
        ws.send("42[\"echo\",3]").await;
        assert_eq!(ws.text().await, "42[\"echoed\",3]");
    }
    assert_eq!(bad(&running, BadInput::Engine) + bad(&running, BadInput::Packet), 0);
    finish(running).await;
}
