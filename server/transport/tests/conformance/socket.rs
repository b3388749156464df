//! Socket.IO: namespaces, events, acknowledgements.

use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use crate::client::Suite;

const PLACEHOLDERS: &str = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;

#[tokio::test]
async fn protocol_5_joins_namespaces_with_a_payload_and_is_told_its_id() {
    let suite = Suite::start().await;
    let [way, _] = suite.at("socket.io");
    for (sent, prefix, auth) in [
        ("40", "40", "42[\"auth\",{}]"),
        ("40{\"token\":\"123\"}", "40", "42[\"auth\",{\"token\":\"123\"}]"),
        ("40/custom,", "40/custom,", "42/custom,[\"auth\",{}]"),
        ("40/custom,{\"token\":\"abc\"}", "40/custom,", "42/custom,[\"auth\",{\"token\":\"abc\"}]"),
    ] {
        let (mut ws, _) = way.websocket().await;
        ws.send(sent).await;
        let joined = ws.text().await;
        let told: Value = serde_json::from_str(joined.strip_prefix(prefix).expect("joined")).expect("JSON");
        let told = told.as_object().expect("a map");
        assert!(told.len() == 1 && told["sid"].is_string(), "{joined}");
        assert_eq!(ws.text().await, auth);
    }
}

#[tokio::test]
async fn protocol_4_is_in_the_main_namespace_and_joins_others_with_parameters() {
    let suite = Suite::start().await;
    let [_, way] = suite.at("socket.io");
    for (sent, auth) in [
        ("40/custom,", "42/custom,[\"auth\",{}]"),
        ("40/custom", "42/custom,[\"auth\",{}]"),
        ("40/custom?token=abc,", "42/custom,[\"auth\",{\"token\":\"abc\"}]"),
    ] {
        let mut ws = way.joined().await;
        ws.send(sent).await;
        assert_eq!((ws.text().await.as_str(), ws.text().await.as_str()), ("40/custom,", auth));
    }
}

#[tokio::test]
async fn an_unknown_namespace_is_refused_and_what_is_no_packet_closes() {
    let suite = Suite::start().await;
    for way in suite.at("socket.io") {
        let mut ws = if way.revision == 3 { way.joined().await } else { way.websocket().await.0 };
        ws.send("40/random").await;
        assert_eq!(ws.text().await, "44/random,{\"message\":\"Invalid namespace\"}");
        ws.send("4abc").await;
        ws.closed().await;
    }
}

#[tokio::test]
async fn a_client_that_joins_nothing_is_closed_though_it_answers_pings() {
    let suite = Suite::start().await;
    let [way, _] = suite.at("socket.io");
    let (mut ws, _) = way.websocket().await;
    let start = std::time::Instant::now();
    while let Some(message) = ws.next().await {
        assert_eq!(message, Message::text("2"));
        ws.send("3").await;
    }
    assert!(start.elapsed() > std::time::Duration::from_millis(900), "after {:?}", start.elapsed());
}

#[tokio::test]
async fn namespaces_are_left_one_by_one() {
    let suite = Suite::start().await;
    for way in suite.at("socket.io") {
        let mut ws = way.joined().await;
        ws.send("40/custom").await;
        assert!(ws.text().await.starts_with("40/custom,"));
        assert_eq!(ws.text().await, "42/custom,[\"auth\",{}]");
        ws.send("41/custom").await;
        ws.send("42[\"message\",\"message to main namespace\"]").await;
        assert_eq!(ws.message().await, Message::text("42[\"message-back\",\"message to main namespace\"]"));
        ws.send("41").await;
        ws.closed().await;
    }
}

#[tokio::test]
async fn events_come_back_with_their_arguments() {
    let suite = Suite::start().await;
    for way in suite.at("socket.io") {
        let mut ws = way.joined().await;
        ws.send("42[\"message\",1,\"2\",{\"3\":[true]}]").await;
        assert_eq!(ws.message().await, Message::text("42[\"message-back\",1,\"2\",{\"3\":[true]}]"));
        ws.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]").await;
        assert_eq!(ws.message().await, Message::text("43456[1,\"2\",{\"3\":[false]}]"));
    }
}

#[tokio::test]
async fn binary_events_come_back_with_their_attachments() {
    let suite = Suite::start().await;
    for way in suite.at("socket.io") {
        let mut ws = way.joined().await;
        let attachments: [&'static [u8]; 2] = match way.revision {
            3 => [&[4, 1, 2, 3], &[4, 4, 5, 6]],
            _ => [&[1, 2, 3], &[4, 5, 6]],
        };
        for (sent, back) in [
            (format!("452-[\"message\",{PLACEHOLDERS}]"), format!("452-[\"message-back\",{PLACEHOLDERS}]")),
            (format!("452-789[\"message-with-ack\",{PLACEHOLDERS}]"), format!("462-789[{PLACEHOLDERS}]")),
        ] {
            ws.send(&sent).await;
            for bytes in attachments {
                ws.send_binary(bytes).await;
            }
            assert_eq!(ws.message().await, Message::text(back));
            for bytes in attachments {
                assert_eq!(ws.message().await, Message::binary(bytes));
            }
        }
    }
}

#[tokio::test]
async fn malformed_packets_close_the_connection() {
    let suite = Suite::start().await;
    for way in suite.at("socket.io") {
        for malformed in ["4abc", "42{}", "42abc[\"message-with-ack\",1,\"2\",{\"3\":[false]}]"] {
            let mut ws = way.joined().await;
            ws.send(malformed).await;
            ws.closed().await;
        }
    }
    suite.deserted().await;
    assert_eq!(suite.socket.metrics().snapshot().closes.get("ping timeout"), None);
}
