//! HTTP requests out of place.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::{BadInput, CloseReason};

use crate::client::{Polling, Running, Ws, get_request, post_request, quick, raw, read_answer, until, within};
use crate::tools::{bad, counted, echo, finish, upgrade_request};

#[tokio::test]
async fn transports_that_there_are_not_are_refused_by_get_and_websocket() {
    let running = Running::start(quick(), echo).await;
    let names = [
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "webtransport",
        "Polling",
        "polling%00",
        "polling,websocket",
        "",
        "%F0%9F",
    ];
    for name in names {
        let query = format!("EIO=4&transport={name}");
        let answer = raw(running.addr, get_request(&query)).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, "{\"code\":0,\"message\":\"Transport unknown\"}"));
        let answer = raw(running.addr, upgrade_request(&query, "")).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, "Transport unknown"));
    }
    counted(&running, BadInput::Request, 2 * names.len() as u64).await;
    finish(running).await;
}

#[tokio::test]
async fn a_sid_of_nobody_or_of_the_gone_is_refused() {
    let running = Running::start(quick(), echo).await;
    let gone = Polling::join(running.addr).await;
    assert_eq!(gone.post("1").await.body, "ok");
    until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    let sids = ["x", "AAAAAAAAAAAAAAAAAAAA", "__proto__", "..%2F..%2Fetc", &"a".repeat(5_000), &gone.sid];
    for sid in sids {
        let query = format!("EIO=4&transport=polling&sid={sid}");
        for request in [get_request(&query), post_request(&query, "42[\"echo\",1]")] {
            let answer = raw(running.addr, request).await;
            assert_eq!((answer.status, answer.body.as_str()), (400, "{\"code\":1,\"message\":\"Session ID unknown\"}"));
        }
        let answer = raw(running.addr, upgrade_request(&format!("EIO=4&transport=websocket&sid={sid}"), "")).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, "Session ID unknown"));
    }
    counted(&running, BadInput::Request, 3 * sids.len() as u64).await;
    finish(running).await;
}

#[tokio::test]
async fn a_websocket_sessions_sid_is_of_no_use_elsewhere() {
    let running = Running::start(quick(), echo).await;
    let mut ws = Ws::connect(running.addr, "EIO=4&transport=websocket").await;
    let open: serde_json::Value = serde_json::from_str(&ws.text().await[1..]).expect("JSON");
    let thief = Polling { addr: running.addr, sid: open["sid"].as_str().expect("a sid").to_owned() };
    for answer in [thief.get().await, thief.post("42[\"echo\",1]").await] {
        assert_eq!((answer.status, answer.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
    }
    counted(&running, BadInput::Request, 2).await;
    let upgrade = format!("EIO=4&transport=websocket&sid={}", thief.sid);
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    stream.write_all(upgrade_request(&upgrade, "").as_bytes()).await.expect("write");
    let mut answer = Vec::new();
    let _ = within(stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.ends_with("Bad request"), "{answer}");
    ws.send("40").await;
    assert!(ws.text().await.starts_with("40"), "its owner has not noticed");
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn the_socket_id_that_others_may_know_is_no_session_id() {
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    assert_ne!(socket.id().to_string(), client.sid);
    let query = format!("EIO=4&transport=polling&sid={}", socket.id());
    assert_eq!(raw(running.addr, get_request(&query)).await.status, 400);
    counted(&running, BadInput::Request, 1).await;
    assert_eq!(client.post("1").await.body, "ok");
    drop(socket);
    finish(running).await;
}

#[tokio::test]
async fn two_gets_at_once_end_one_session_and_answer_both() {
    let running = Running::start(quick(), echo).await;
    for round in 1..=20 {
        let client = Polling::join(running.addr).await;
        let (one, two) = tokio::join!(client.get(), client.get());
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
        counted(&running, BadInput::Overlap, round).await;
        until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    }
    let reason = CloseReason::TransportError.as_str();
    assert_eq!(running.server.metrics().snapshot().closes.get(reason), Some(&20));
    finish(running).await;
}

#[tokio::test]
async fn two_posts_at_once_end_one_session() {
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    let mut first = TcpStream::connect(running.addr).await.expect("connect");
    let half = post_request(&client.query(), "42[\"echo\",1]");
    first.write_all(&half.as_bytes()[..half.len() - 5]).await.expect("write");
    // The first is under way as soon as the second is refused; before that it is a POST like any other.
    within(async { while client.post("6").await.status == 200 {} }).await;
    counted(&running, BadInput::Overlap, 1).await;
    first.write_all(&half.as_bytes()[half.len() - 5..]).await.expect("write");
    within(read_answer(&mut first)).await;
    drop(first);
    until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    finish(running).await;
}

#[tokio::test]
async fn methods_that_have_no_meaning_are_refused() {
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let before = bad(&running, BadInput::Request);
        for query in ["EIO=4&transport=polling", &client.query()] {
            let answer = raw(running.addr, format!("{method} /socket.io/?{query} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
            assert_eq!(answer.status, 400, "{method}");
        }
        counted(&running, BadInput::Request, before + 2).await;
    }
    assert_eq!(client.post("1").await.body, "ok");
    finish(running).await;
}
