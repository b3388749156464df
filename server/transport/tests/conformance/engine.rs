//! Engine.IO: handshakes, messages and the end.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::client::Suite;

#[tokio::test]
async fn a_handshake_tells_exactly_these_things() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        for (open, upgrades) in [(way.open().await, json!(["websocket"])), (way.websocket().await.1, json!([]))] {
            let sid = open["sid"].as_str().expect("text");
            assert!(!sid.is_empty());
            let expected = json!({
                "sid": sid, "upgrades": upgrades, "pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000,
            });
            assert_eq!(open, expected, "{way:?}");
        }
    }
}

#[tokio::test]
async fn a_handshake_wants_a_known_revision_transport_and_method() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let eio = format!("EIO={}", way.revision);
        for query in ["transport=polling", "EIO=abc&transport=polling", &eio, &format!("{eio}&transport=abc"), ""]
            .map(str::to_owned)
        {
            assert_eq!(way.request("GET", &query, "").await.0, 400, "{way:?} {query}");
        }
        for method in ["POST", "PUT", "DELETE"] {
            assert_eq!(way.request(method, &way.query("polling", ""), "").await.0, 400, "{way:?} {method}");
        }
        for query in ["transport=websocket", "EIO=abc&transport=websocket", &eio, &format!("{eio}&transport=abc")] {
            assert!(way.try_websocket(query).await.is_err(), "{way:?} {query}");
        }
    }
    assert_eq!(suite.sessions(), 0);
}

#[tokio::test]
async fn bodies_of_one_packet_or_several_come_back() {
    let suite = Suite::start().await;
    for way in suite.at("engine.io") {
        for packets in [&["4hello"][..], &["4test1", "4test2", "4test3"], &["4", "4€ 𝄞", "4with \"quotes\" \\ 1:2"]]
        {
            let sid = way.polling().await;
            assert_eq!(way.post(&sid, packets).await, (200, "ok".to_owned()));
            assert_eq!(way.get(&sid).await, (200, way.body(packets)), "{way:?}");
        }
    }
}

#[tokio::test]
async fn bodies_with_binary_come_back() {
    let suite = Suite::start().await;
    let [four, three] = suite.at("engine.io");
    let sid = four.polling().await;
    assert_eq!(four.post(&sid, &["4hello", "bAQIDBA=="]).await.0, 200);
    assert_eq!(four.get(&sid).await.1, "4hello\u{1e}bAQIDBA==");

    let (_, open) = three.request("GET", &format!("{}&b64=1", three.query("polling", "")), "").await;
    let (_, rest) = open.split_once("\"sid\":\"").expect("a sid");
    let sid = &rest[..20];
    assert_eq!(three.post(sid, &["4hello", "b4AQIDBA=="]).await.0, 200);
    assert_eq!(three.get(sid).await.1, "6:4hello10:b4AQIDBA==");
}

#[tokio::test]
async fn messages_come_back_over_websocket() {
    let suite = Suite::start().await;
    for way in suite.at("engine.io") {
        let (mut ws, _) = way.websocket().await;
        ws.send("4hello").await;
        assert_eq!(ws.message().await, Message::text("4hello"));
        let bytes: &'static [u8] = if way.revision == 3 { &[4, 1, 2, 3, 4] } else { &[1, 2, 3, 4] };
        ws.send_binary(bytes).await;
        assert_eq!(ws.message().await, Message::binary(bytes));
    }
}

#[tokio::test]
async fn what_is_no_packet_ends_the_session() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let sid = way.polling().await;
        assert_eq!(way.request("POST", &way.query("polling", &sid), "abc").await.0, 400, "{way:?}");
        assert_eq!(way.get(&sid).await.0, 400, "{way:?}");
        let (mut ws, _) = way.websocket().await;
        ws.send("abc").await;
        ws.closed().await;
    }
}

#[tokio::test]
async fn two_polls_at_once_end_the_session() {
    let suite = Suite::start().await;
    for way in suite.at("engine.io") {
        let sid = way.polling().await;
        let first = way.begin_get(&sid).await;
        assert_eq!(way.request("GET", &format!("{}&t=burst", way.query("polling", &sid)), "").await.0, 400, "{way:?}");
        assert_eq!(first.answer().await, (200, way.body(&["1"])), "{way:?}");
        assert_eq!(way.get(&sid).await.0, 400);
    }
}

#[tokio::test]
async fn a_poll_that_is_given_up_ends_the_session() {
    let suite = Suite::start().await;
    for way in suite.at("engine.io") {
        let sid = way.polling().await;
        drop(way.begin_get(&sid).await);
        assert_eq!(way.get(&sid).await.0, 400, "{way:?}");
    }
}

#[tokio::test]
async fn a_close_packet_ends_the_session_and_the_waiting_poll() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let sid = way.polling().await;
        let poll = way.begin_get(&sid).await;
        assert_eq!(way.post(&sid, &["1"]).await.0, 200);
        assert_eq!(poll.answer().await, (200, way.body(&["6"])), "{way:?}");
        assert_eq!(way.get(&sid).await.0, 400);

        let (mut ws, _) = way.websocket().await;
        ws.send("1").await;
        ws.closed().await;
    }
    suite.deserted().await;
}

#[tokio::test]
async fn a_close_packet_that_overtakes_its_poll_still_lets_it_be_answered() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let sid = way.polling().await;
        let post = way.begin("POST", &way.query("polling", &sid), &way.body(&["1"])).await;
        assert_eq!(way.get(&sid).await, (200, way.body(&["6"])), "{way:?}");
        assert_eq!(post.answer().await.0, 200);
        assert_eq!(way.get(&sid).await.0, 400);
        // Without a poll the session ends all the same.
        let sid = way.polling().await;
        assert_eq!(way.post(&sid, &["1"]).await.0, 200);
        assert_eq!(way.get(&sid).await.0, 400);
    }
}
