//! What is cut short: every prefix of every kind of packet, of frames and of requests.

use std::future::Future;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use transport::{BadInput, Server};

use crate::client::{Polling, Running, Ws, post_request, quick, until, within};
use crate::tools::{all_bad, bad, bare, echo, finish, frame, send_if_open, upgrade_request};

const TEXTS: [&str; 21] = [
    "0{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":1,\"maxPayload\":1}",
    "1",
    "2",
    "2probe",
    "3",
    "3probe",
    "5",
    "6",
    "40{\"token\":\"x\"}",
    "40/other,{\"token\":\"x\"}",
    "41",
    "41/other,",
    "42[\"echo\",{\"a\":[1,2.5,null,true,\"\\u00e9\"]}]",
    "4212[\"echo\",1]",
    "42/other,12[\"echo\",1]",
    "430[\"x\"]",
    "43/other,0[\"x\"]",
    "44{\"message\":\"x\"}",
    "451-[\"echo\",{\"_placeholder\":true,\"num\":0}]",
    "451-/other,12[\"echo\",{\"_placeholder\":true,\"num\":0}]",
    "461-0[{\"_placeholder\":true,\"num\":0}]",
];

const PACKED: [&[u8]; 7] = [
    b"\x83\xa4type\x00\xa3nsp\xa6/other\xa4data\x81\xa5token\xa1x",
    b"\x82\xa4type\x01\xa3nsp\xa1/",
    b"\x84\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa4echo\xc4\x02\x01\x02\xa2id\x0c",
    b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x93\xa4echo\xcb\x3f\xf8\0\0\0\0\0\0\xd9\x02\xc3\xa9",
    b"\x84\xa4type\x03\xa3nsp\xa1/\xa4data\x90\xa2id\x00",
    b"\x83\xa4type\x04\xa3nsp\xa1/\xa4data\xa1x",
    b"\x85\xa4type\x02\xa3nsp\xa1/\xa4data\x91\xa4echo\xa7options\x81\xa8compress\xc3\xa2id\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
];

fn set_up(server: &Server) {
    echo(server);
    server.namespace("/other");
}

/// How much input was counted that ends a session: all but answers that nobody waits for.
fn ending(running: &Running) -> u64 {
    all_bad(running) - bad(running, BadInput::Ack)
}

/// Runs `attempt` with every prefix of `whole` at once, which tells whether its connection went on. Either it did and nothing
/// was counted, or it ended and one bad input was; unless it was asked to end.
async fn every_prefix<F: Future<Output = bool>>(running: &Running, whole: &[u8], attempt: impl Fn(usize) -> F) {
    let before = ending(running);
    let went_on = join_all((0..=whole.len()).map(attempt)).await;
    let asked = usize::from(whole.starts_with(b"1"));
    let ended = went_on.iter().filter(|on| !**on).count() - asked;
    assert_eq!(ending(running) - before, ended as u64, "{}: {went_on:?}", String::from_utf8_lossy(whole));
}

#[tokio::test]
async fn every_prefix_of_every_text_packet_is_taken_or_ends_its_connection() {
    let running = Running::start(quick(), set_up).await;
    for text in TEXTS {
        every_prefix(&running, text.as_bytes(), async |end| {
            let mut ws = Ws::join(running.addr).await;
            ws.send(&text[..end]).await;
            send_if_open(&mut ws, Message::text("42[\"echo\",\"after\"]")).await;
            while let Some(message) = ws.next().await {
                if message.to_text().is_ok_and(|text| text == "42[\"echoed\",\"after\"]") {
                    return true;
                }
            }
            false
        })
        .await;
    }
    assert_eq!(bad(&running, BadInput::Ack), 1, "the whole acknowledgement");
    finish(running).await;
}

#[tokio::test]
async fn every_prefix_of_every_messagepack_packet_is_taken_or_ends_its_connection() {
    let running = Running::start(quick(), set_up).await;
    for bytes in PACKED {
        every_prefix(&running, bytes, async |end| {
            let mut ws = Ws::open(running.addr).await;
            ws.send_binary(&b"\x82\xa4type\x00\xa3nsp\xa1/"[..]).await;
            ws.binary().await;
            ws.send_binary(&bytes[..end]).await;
            let after = &b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa4echo\xa5after"[..];
            send_if_open(&mut ws, Message::binary(after)).await;
            while let Some(message) = ws.next().await {
                if message.is_binary() && message.into_data().ends_with(b"\xa5after") {
                    return true;
                }
            }
            false
        })
        .await;
    }
    assert_eq!(bad(&running, BadInput::Ack), 1, "the whole acknowledgement");
    finish(running).await;
}

#[tokio::test]
async fn every_prefix_of_every_packet_in_a_post_is_taken_or_ends_its_session() {
    let running = Running::start(quick(), set_up).await;
    for text in TEXTS.into_iter().chain(["bAAEC", "6\u{1e}42[\"echo\",1]\u{1e}6"]) {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let before = ending(&running);
            let client = Polling::join(running.addr).await;
            client.post(&text[..end]).await;
            let bad = ending(&running) - before;
            // A session that has ended is unknown, or has only its end to tell. One that lives has taken the event, or what came
            // before forbids it.
            let lives = client.post("42[\"echo\",\"after\"]").await.status == 200;
            let ended = bad > 0 || text[..end] == *"1";
            assert!(bad <= 1, "{:?}: {bad}", &text[..end]);
            assert!(lives || ended, "{:?}", &text[..end]);
            if lives && ended {
                assert_eq!(client.get().await.body, "1", "{:?}", &text[..end]);
            }
            client.post("1").await;
        }
    }
    assert_eq!(bad(&running, BadInput::Ack), 1, "the whole acknowledgement");
    finish(running).await;
}

#[tokio::test]
async fn every_prefix_of_frames_may_be_the_last_of_a_connection() {
    let running = Running::start(quick(), set_up).await;
    let frames = [
        frame(0x81, b"40"),
        frame(0x01, b"42[\"ec"),
        frame(0x89, b"ping"),
        frame(0x80, b"ho\",1]"),
        frame(0x82, &[7; 130])[..20].to_vec(),
    ]
    .concat();
    for end in 0..frames.len() {
        let mut stream = bare(&running).await;
        stream.write_all(&frames[..end]).await.expect("write");
        stream.shutdown().await.expect("shutdown");
        let mut rest = Vec::new();
        let _ = within(stream.read_to_end(&mut rest)).await;
    }
    until("all to have gone", || running.server.metrics().snapshot().sessions == 0).await;
    let snapshot = running.server.metrics().snapshot();
    assert_eq!(snapshot.closes.get("transport close"), Some(&(frames.len() as u64)), "{snapshot:?}");
    assert_eq!(all_bad(&running), 0);
    finish(running).await;
}

#[tokio::test]
async fn every_prefix_of_a_request_may_be_the_last_of_a_connection() {
    let running = Running::start(quick(), set_up).await;
    let client = Polling::join(running.addr).await;
    let get = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n".to_owned();
    let upgrade = upgrade_request("EIO=4&transport=websocket", "");
    let post = post_request("EIO=4&transport=polling&sid=nobody", "42[\"echo\",1]");
    for request in [get, upgrade, post] {
        for end in 0..request.len() {
            let mut stream = TcpStream::connect(running.addr).await.expect("connect");
            stream.write_all(&request.as_bytes()[..end]).await.expect("write");
            stream.shutdown().await.expect("shutdown");
            let mut rest = Vec::new();
            let _ = within(stream.read_to_end(&mut rest)).await;
        }
    }
    until("all to have gone", || running.server.metrics().snapshot().tcp == 0).await;
    assert_eq!(running.server.metrics().snapshot().sessions, 1);
    assert_eq!(client.post("1").await.body, "ok");
    finish(running).await;
}
