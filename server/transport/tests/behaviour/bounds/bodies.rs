//! Bodies of long-polling POSTs and WebSocket messages: their bytes, their packets, their fragments.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use transport::{BadInput, Config};

use crate::client::{Polling, Running, Ws, post_request, quick, raw, until, within};
use crate::tools::{bare, counted, echo, finish, frame};

const LIMIT: usize = 2_000;

fn small() -> Config {
    Config { max_payload: LIMIT, ..quick() }
}

/// An event of `len` bytes as an Engine.IO packet.
fn event(len: usize) -> String {
    let event = format!("42[\"echo\",\"{}\"]", "x".repeat(len - "42[\"echo\",\"\"]".len()));
    assert_eq!(event.len(), len);
    event
}

fn chunked(query: &str, body: &str) -> String {
    let half = body.len() / 2;
    let chunks: String = [&body[..half], &body[half..]].iter().map(|c| format!("{:x}\r\n{c}\r\n", c.len())).collect();
    format!("POST /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")
}

#[tokio::test]
async fn a_body_may_have_max_payload_bytes_and_not_one_more_however_it_is_sent() {
    let running = Running::start(small(), echo).await;
    for (wrap, count) in [(post_request as fn(&str, &str) -> String, 1), (chunked, 2)] {
        let client = Polling::join(running.addr).await;
        assert_eq!(raw(running.addr, wrap(&client.query(), &event(LIMIT))).await.body, "ok");
        assert!(client.get().await.body.starts_with("42[\"echoed\""));
        assert_eq!(raw(running.addr, wrap(&client.query(), &event(LIMIT + 1))).await.status, 413);
        counted(&running, BadInput::TooLarge, count).await;
        until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    }
    finish(running).await;
}

#[tokio::test]
async fn a_body_may_have_max_packets_per_payload_and_not_one_more() {
    let running = Running::start(Config { max_packets_per_payload: 5, ..quick() }, echo).await;
    let client = Polling::join(running.addr).await;
    assert_eq!(client.post(&["6"; 5].join("\u{1e}")).await.body, "ok");
    assert_eq!(client.post(&["6"; 6].join("\u{1e}")).await.status, 400);
    counted(&running, BadInput::TooLarge, 1).await;
    finish(running).await;
}

#[tokio::test]
async fn a_websocket_message_may_have_max_payload_bytes_and_not_one_more() {
    let running = Running::start(small(), echo).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send(&event(LIMIT)).await;
    assert!(ws.text().await.starts_with("42[\"echoed\""));
    ws.send(&event(LIMIT + 1)).await;
    assert_eq!(ws.closed().await, Some(1009));
    counted(&running, BadInput::TooLarge, 1).await;
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn a_packet_may_have_max_payload_bytes_with_its_attachments_and_not_one_more() {
    let running = Running::start(small(), echo).await;
    let head = "51-[\"echo\",{\"_placeholder\":true,\"num\":0}]";
    for (len, fits) in [(LIMIT - head.len(), true), (LIMIT - head.len() + 1, false)] {
        let mut ws = Ws::join(running.addr).await;
        ws.send(&format!("4{head}")).await;
        ws.send_binary(vec![7; len]).await;
        if fits {
            assert!(ws.text().await.starts_with("451-[\"echoed\""));
            assert_eq!(ws.binary().await.len(), len);
        } else {
            ws.closed().await;
        }
    }
    counted(&running, BadInput::TooLarge, 1).await;
    finish(running).await;
}

#[tokio::test]
async fn a_websocket_message_may_have_max_fragments_and_not_one_more() {
    let running = Running::start(Config { max_fragments: 8, ..quick() }, echo).await;
    let text = b"42[\"echo\",1]";
    let in_pieces = |pieces: usize| {
        let mut bytes = frame(0x01, b"40");
        bytes[0] = 0x81;
        bytes.extend(frame(0x01, &text[..1]));
        (1..pieces - 1).for_each(|at| bytes.extend(frame(0x00, &text[at..at + 1])));
        bytes.extend(frame(0x89, b"ping between"));
        bytes.extend(frame(0x80, &text[pieces - 1..]));
        bytes
    };
    for (pieces, fits) in [(8, true), (9, false)] {
        let mut stream = bare(&running).await;
        stream.write_all(&in_pieces(pieces)).await.expect("write");
        let mut seen = Vec::new();
        let _ = within(async {
            while !seen.windows(6).any(|w| w == b"echoed") && stream.read_buf(&mut seen).await? > 0 {}
            Ok::<_, std::io::Error>(())
        })
        .await;
        assert_eq!(seen.windows(6).any(|w| w == b"echoed"), fits, "{pieces} pieces");
        assert!(fits || seen.ends_with(&[0x88, 2, 0x03, 0xf1]), "{seen:x?} does not end with 1009");
    }
    counted(&running, BadInput::TooLarge, 1).await;
    finish(running).await;
}
