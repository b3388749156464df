//! Binary packets of the JSON parser.

use std::time::Duration;

use futures_util::StreamExt;
use tokio_tungstenite::tungstenite::Message;
use transport::{BadInput, Config};

use crate::client::{Running, Ws, quick, within};
use crate::tools::{all_bad, counted, echo, finish, send_if_open};

#[tokio::test]
async fn a_placeholder_that_names_no_attachment_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    let numbers = ["-1", "0.5", "1.0", "\"0\"", "1", "10", "1e3", "18446744073709551616", "null", "true", "[0]", "{}"];
    let places = numbers.map(|n| format!("{{\"_placeholder\":true,\"num\":{n}}}"));
    for place in places.iter().map(String::as_str).chain(["{\"_placeholder\":true}"]) {
        let mut ws = Ws::join(running.addr).await;
        ws.send(&format!("451-[\"echo\",{place}]")).await;
        send_if_open(&mut ws, Message::binary(&b"x"[..])).await;
        ws.closed().await;
    }
    counted(&running, BadInput::Packet, numbers.len() as u64 + 1).await;
    finish(running).await;
}

#[tokio::test]
async fn an_attachment_count_that_is_none_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    let counts = ["", "0-", "-1-", "1.5-", "x-", "1", "+1-", " 1-"];
    for count in counts {
        let mut ws = Ws::join(running.addr).await;
        ws.send(&format!("45{count}[\"echo\"]")).await;
        ws.closed().await;
    }
    counted(&running, BadInput::Packet, counts.len() as u64).await;
    for count in ["11", "4294967296", "18446744073709551616"] {
        let mut ws = Ws::join(running.addr).await;
        ws.send(&format!("45{count}-[\"echo\"]")).await;
        ws.closed().await;
    }
    counted(&running, BadInput::TooLarge, 3).await;
    finish(running).await;
}

#[tokio::test]
async fn text_while_attachments_are_due_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    for text in ["42[\"echo\",1]", "40", "41", "451-[\"echo\"]"] {
        let mut ws = Ws::join(running.addr).await;
        ws.send("451-[\"echo\",{\"_placeholder\":true,\"num\":0}]").await;
        send_if_open(&mut ws, Message::text(text)).await;
        ws.closed().await;
    }
    counted(&running, BadInput::Packet, 4).await;
    finish(running).await;
}

#[tokio::test]
async fn a_heartbeat_between_a_packet_and_its_attachments_does_no_harm() {
    let config = Config { ping_interval: Duration::from_millis(20), ..quick() };
    let running = Running::start(config, echo).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("451-[\"echo\",{\"_placeholder\":true,\"num\":0}]").await;
    // The client answers a ping before it sends the attachment.
    loop {
        let message = within(ws.stream.next()).await.expect("open").expect("a message");
        if message.to_text().is_ok_and(|text| text == "2") {
            break;
        }
    }
    ws.send("3").await;
    ws.send_binary(&b"x"[..]).await;
    assert!(ws.text().await.starts_with("451-[\"echoed\""));
    assert_eq!(all_bad(&running), 0);
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn binary_that_nobody_announced_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send_binary(&b"x"[..]).await;
    ws.closed().await;
    counted(&running, BadInput::Packet, 1).await;
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn withheld_attachments_end_the_connection_in_time_and_no_other() {
    let config = Config { attachment_timeout: Duration::from_millis(50), ..quick() };
    let running = Running::start(config, echo).await;
    let mut bystander = Ws::join(running.addr).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("452-[\"echo\",{\"_placeholder\":true,\"num\":0}]").await;
    ws.send_binary(&b"x"[..]).await;
    ws.closed().await;
    counted(&running, BadInput::Slow, 1).await;
    bystander.send("42[\"echo\",1]").await;
    assert_eq!(bystander.text().await, "42[\"echoed\",1]");
    drop((ws, bystander));
    finish(running).await;
}
