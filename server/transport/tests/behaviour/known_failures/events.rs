//! Socket.IO packets that are well-formed JSON or MessagePack and make no sense.

use tokio_tungstenite::tungstenite::Message;
use transport::BadInput;

use crate::client::{Running, Ws, quick};
use crate::tools::{counted, echo, finish, send_if_open};

/// Sends each of `messages` on a connection of its own, which has to end.
async fn refused(running: &Running, messages: &[String]) {
    for message in messages {
        let mut ws = Ws::join(running.addr).await;
        ws.send(message).await;
        // Nothing that follows is handled.
        send_if_open(&mut ws, Message::text("42[\"echo\",\"after\"]")).await;
        while let Some(next) = ws.next().await {
            assert!(!next.to_text().is_ok_and(|text| text.contains("echoed")), "{message} was survived");
        }
    }
}

#[tokio::test]
async fn an_event_name_that_is_none_or_reserved_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    let names = [
        "{\"toString\":1}",
        "{}",
        "null",
        "1",
        "-1.5",
        "true",
        "[]",
        "[\"echo\"]",
        "\"connect\"",
        "\"connect_error\"",
        "\"disconnect\"",
        "\"disconnecting\"",
        "\"newListener\"",
        "\"removeListener\"",
    ];
    refused(&running, &names.map(|name| format!("42[{name},1]"))).await;
    refused(&running, &names.map(|name| format!("421[{name}]"))).await;
    counted(&running, BadInput::Packet, 2 * names.len() as u64).await;
    finish(running).await;
}

#[tokio::test]
async fn names_that_mean_something_to_javascript_are_names_like_others() {
    let running = Running::start(quick(), echo).await;
    let mut ws = Ws::join(running.addr).await;
    for name in ["__proto__", "constructor", "toString", "hasOwnProperty", "", "error", "\\u0000"] {
        ws.send(&format!("42[\"{name}\",1]")).await;
        ws.send(&format!("42[\"echo\",{{\"{name}\":1}}]")).await;
        assert_eq!(ws.text().await, format!("42[\"echoed\",{{\"{name}\":1}}]"));
    }
    counted(&running, BadInput::Packet, 0).await;
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn an_acknowledgement_id_beyond_64_bits_or_below_0_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send(&format!("42{}[\"echo\",1]", u64::MAX)).await;
    assert_eq!(ws.text().await, "42[\"echoed\",1]");
    assert_eq!(ws.text().await, format!("43{}[1]", u64::MAX), "the largest there is comes back as it was");
    drop(ws);
    let ids = ["18446744073709551616", "99999999999999999999999999", "-1", "1.5", "1e3", "0x1"];
    refused(&running, &ids.map(|id| format!("42{id}[\"echo\"]"))).await;
    refused(&running, &ids.map(|id| format!("43{id}[]"))).await;
    counted(&running, BadInput::Packet, 2 * ids.len() as u64).await;
    finish(running).await;
}

#[tokio::test]
async fn an_answer_that_nobody_waits_for_is_ignored_and_counted() {
    let running = Running::start(quick(), echo).await;
    let mut ws = Ws::join(running.addr).await;
    for answer in ["430[]".to_owned(), format!("43{}[]", u64::MAX), "43[1]".to_owned(), "461-0[null]".to_owned()] {
        ws.send(&answer).await;
        if answer.starts_with("46") {
            ws.send_binary(&b"x"[..]).await;
        }
        ws.send("42[\"echo\",1]").await;
        assert_eq!(ws.text().await, "42[\"echoed\",1]", "{answer} ended the connection");
    }
    counted(&running, BadInput::Ack, 4).await;
    drop(ws);
    finish(running).await;
}

#[tokio::test]
async fn anything_before_connect_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    for message in ["42[\"echo\",1]", "430[]", "41", "42/other,[\"echo\"]", "40,"] {
        let mut ws = Ws::open(running.addr).await;
        ws.send(message).await;
        assert_eq!(ws.next().await.filter(|m| !m.is_close()), None, "{message}");
    }
    counted(&running, BadInput::Packet, 5).await;
    finish(running).await;
}

#[tokio::test]
async fn a_second_connect_ends_the_connection() {
    let running = Running::start(quick(), |server| {
        echo(server);
        server.namespace("/").on("slow", |_, _, _| ());
    })
    .await;
    refused(&running, &["40".to_owned(), "40{\"token\":1}".to_owned(), "40/,".to_owned()]).await;
    counted(&running, BadInput::Packet, 3).await;
    finish(running).await;
}

#[tokio::test]
async fn packets_that_only_servers_send_end_the_connection() {
    let running = Running::start(quick(), echo).await;
    refused(&running, &["44{\"message\":\"no\"}".to_owned(), "44\"no\"".to_owned()]).await;
    counted(&running, BadInput::Packet, 2).await;
    finish(running).await;
}

#[tokio::test]
async fn messagepack_that_declares_more_than_there_is_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    let four_g = [0xff; 4];
    let bodies = [
        // An array, a map, a text and binary of 4 G elements where the data should be.
        [&b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\xdd"[..], &four_g].concat(),
        [&b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\xdf"[..], &four_g].concat(),
        [&b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\xdb"[..], &four_g].concat(),
        [&b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\xc6"[..], &four_g].concat(),
        // The packet itself.
        [&b"\xdf"[..], &four_g].concat(),
        b"\xde\xff\xff\xa4type\x02".to_vec(),
        // Arrays of 4 G elements in one another.
        [&b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data"[..], &[&b"\xdd"[..], &four_g].concat().repeat(40)].concat(),
        // A key of 4 G bytes.
        [&b"\x83\xdb"[..], &four_g].concat(),
    ];
    for body in &bodies {
        let mut ws = Ws::open(running.addr).await;
        ws.send_binary(&b"\x82\xa4type\x00\xa3nsp\xa1/"[..]).await;
        ws.binary().await;
        ws.send_binary(body.clone()).await;
        ws.closed().await;
    }
    counted(&running, BadInput::Packet, bodies.len() as u64).await;
    finish(running).await;
}

#[tokio::test]
async fn messagepack_with_ids_types_and_namespaces_that_are_none_ends_the_connection() {
    let running = Running::start(quick(), echo).await;
    let packets: [&[u8]; 9] = [
        b"\x84\xa4type\x02\xa3nsp\xa1/\xa4data\x91\xa4echo\xa2id\xff",
        b"\x84\xa4type\x02\xa3nsp\xa1/\xa4data\x91\xa4echo\xa2id\xcb\x3f\xf8\0\0\0\0\0\0",
        b"\x84\xa4type\x02\xa3nsp\xa1/\xa4data\x91\xa4echo\xa2id\xa11",
        b"\x83\xa4type\x05\xa3nsp\xa1/\xa4data\x91\xa4echo",
        b"\x83\xa4type\xff\xa3nsp\xa1/\xa4data\x91\xa4echo",
        b"\x83\xa4type\x02\xa3nsp\xa0\xa4data\x91\xa4echo",
        b"\x83\xa4type\x02\xa3nsp\xc0\xa4data\x91\xa4echo",
        b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x91\x80",
        b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x91\xaaconnect_er",
    ];
    let last_is_fine = packets.len() as u64 - 1;
    for packet in packets {
        let mut ws = Ws::open(running.addr).await;
        ws.send_binary(&b"\x82\xa4type\x00\xa3nsp\xa1/"[..]).await;
        ws.binary().await;
        ws.send_binary(packet).await;
        if !packet.ends_with(b"connect_er") {
            ws.closed().await;
        }
    }
    counted(&running, BadInput::Packet, last_is_fine).await;
    finish(running).await;
}
