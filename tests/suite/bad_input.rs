//! What no well-behaved client sends: it is answered or the connection is closed, and other players' matches go on.

use serde_json::{Value, json};
use tests::raw::Raw;
use tests::server::Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Frames that a bystander must still get.
const FRAMES: usize = 10;

/// A player whose match must not notice anything.
async fn bystander(server: &Server) -> Raw {
    let mut raw = Raw::join(server.address()).await;
    seated(&mut raw).await;
    raw
}

/// Takes a seat against computer players.
async fn seated(raw: &mut Raw) {
    let reply = raw.ask(&json!(["play", { "solo": true }])).await;
    assert!(reply[0]["seated"]["token"].is_string(), "play was answered with {reply}");
    raw.binary().await;
}

async fn goes_on(mut bystander: Raw) {
    for _ in 0..FRAMES {
        bystander.binary().await;
    }
}

/// The code of the next `error` event.
async fn error_code(raw: &mut Raw) -> String {
    let text = raw.text_where(|text| text.starts_with("42[\"error\"")).await;
    let event: Value = serde_json::from_str(&text[2..]).expect("an event is JSON");
    event[1]["code"].as_str().expect("a problem has a code").to_owned()
}

#[tokio::test]
async fn an_unknown_event_is_answered_and_the_match_goes_on() {
    let server = Server::start();
    let other = bystander(&server).await;
    let mut raw = Raw::join(server.address()).await;
    raw.send(r#"42["fly",1,{"deep":[[[]]]}]"#).await;
    assert_eq!(error_code(&mut raw).await, "unknown_event");
    seated(&mut raw).await;
    goes_on(raw).await;
    goes_on(other).await;
}

#[tokio::test]
async fn an_action_before_a_seat_is_refused() {
    let server = Server::start();
    let mut raw = Raw::join(server.address()).await;
    let answer = raw.ask(&json!(["act", 1, { "type": "stop", "units": [1] }])).await;
    assert_eq!(answer[0]["code"], "not_seated", "{answer}");
}

#[tokio::test]
async fn malformed_arguments_are_refused_one_by_one() {
    let server = Server::start();
    let other = bystander(&server).await;
    for wrong in [
        json!(["act"]),
        json!(["act", 1]),
        json!(["act", "one", { "type": "stop", "units": [1] }]),
        json!(["act", -1, { "type": "stop", "units": [1] }]),
        json!(["act", 1, { "type": "explode", "units": [1] }]),
        json!(["act", 1, { "type": "stop", "units": [1], "extra": true }]),
        json!(["act", 1, { "type": "stop", "units": ["1"] }]),
        json!(["act", 1, { "type": "move", "units": [1], "x": 1e300, "y": 0 }]),
        json!(["act", 1, null]),
    ] {
        let mut raw = Raw::join(server.address()).await;
        seated(&mut raw).await;
        let answer = raw.ask(&wrong).await;
        assert_eq!(answer[0]["code"], "bad_arguments", "{wrong} was answered with {answer}");
        goes_on(raw).await;
    }
    goes_on(other).await;
}

#[tokio::test]
async fn a_used_action_number_is_stale() {
    let server = Server::start();
    let mut raw = Raw::join(server.address()).await;
    seated(&mut raw).await;
    let action = json!(["act", 7, { "type": "stop", "units": [1] }]);
    assert_eq!(raw.ask(&action).await, json!([null]));
    let answer = raw.ask(&action).await;
    assert_eq!(answer[0]["code"], "stale_sequence", "{answer}");
}

#[tokio::test]
async fn a_second_play_is_refused_and_the_seat_stays() {
    let server = Server::start();
    let mut raw = Raw::join(server.address()).await;
    seated(&mut raw).await;
    let answer = raw.ask(&json!(["play", { "solo": true }])).await;
    assert_eq!(answer[0]["error"]["code"], "already_seated", "{answer}");
    goes_on(raw).await;
}

#[tokio::test]
async fn what_cannot_be_played_is_refused() {
    let server = Server::start();
    let mut raw = Raw::join(server.address()).await;
    for (request, code) in [
        (json!(["resume", { "token": "no such token" }]), "unknown_token"),
        (json!(["play", { "protocol": 99 }]), "wrong_protocol"),
        (json!(["play", { "players": 3 }]), "bad_arguments"),
        (json!(["play", { "name": "x".repeat(500) }]), "bad_arguments"),
        (json!(["play", 5]), "bad_arguments"),
        (json!(["resume", {}]), "bad_arguments"),
    ] {
        let answer = raw.ask(&request).await;
        assert_eq!(answer[0]["error"]["code"], code, "{request} was answered with {answer}");
    }
    seated(&mut raw).await;
}

#[tokio::test]
async fn garbage_on_the_socket_closes_only_that_connection() {
    let server = Server::start();
    let other = bystander(&server).await;
    // The last one announces an attachment and then sends something else.
    for garbage in [
        vec!["hello"],
        vec!["4"],
        vec!["49"],
        vec!["42"],
        vec!["42["],
        vec!["42{}"],
        vec!["42[\"connect\"]"],
        vec!["\u{0}"],
        vec!["451-[\"act\",{\"_placeholder\":true,\"num\":0}]", "42[\"leave\"]"],
    ] {
        println!("sending {garbage:?}");
        let mut raw = Raw::join(server.address()).await;
        for text in garbage {
            raw.send_or_closed(text).await;
        }
        raw.closed().await;
    }
    println!("sending binary garbage");
    let mut raw = Raw::join(server.address()).await;
    raw.send_binary(&[0xc1, 0xff, 0x00]).await;
    raw.closed().await;
    goes_on(other).await;
}

#[tokio::test]
async fn repeated_abuse_closes_the_connection() {
    let server = Server::start();
    let other = bystander(&server).await;
    let mut raw = Raw::join(server.address()).await;
    for _ in 0..200 {
        raw.send_or_closed(r#"42["fly"]"#).await;
    }
    raw.closed().await;
    goes_on(other).await;
}

#[tokio::test]
async fn garbage_in_a_post_is_refused() {
    let server = Server::start();
    let other = bystander(&server).await;
    for request in [
        "POST /socket.io/?EIO=4&transport=polling&sid=nobody HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nabcd",
        "GET /socket.io/?EIO=9&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /socket.io/?EIO=4&transport=pigeon HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "NONSENSE\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.address()).await.expect("the server listens");
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("the server answers and closes");
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 400"), "{request:?} was answered with {answer:?}");
    }
    goes_on(other).await;
}
