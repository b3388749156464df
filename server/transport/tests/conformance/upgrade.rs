//! From polling to WebSocket.

use tokio_tungstenite::tungstenite::Message;

use crate::client::Suite;

#[tokio::test]
async fn a_session_moves_to_a_websocket_and_the_poll_gets_a_noop() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let sid = way.polling().await;
        let mut ws = way.probe(&sid).await;
        ws.send("2probe").await;
        assert_eq!(ws.text().await, "3probe");
        assert_eq!(way.get(&sid).await, (200, way.body(&["6"])), "{way:?}");
        ws.send("5").await;
        if !way.is_socket() {
            ws.send("4hello").await;
            assert_eq!(ws.message().await, Message::text("4hello"));
        } else if way.revision == 4 {
            ws.send("40").await;
            assert!(matches!(ws.message().await, Message::Text(text) if text.starts_with("40{")));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn afterwards_polling_is_refused_and_another_websocket_closed() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        for _ in 0..5 {
            let sid = way.polling().await;
            let mut ws = way.probe(&sid).await;
            ws.send("2probe").await;
            assert_eq!(ws.text().await, "3probe");
            ws.send("5").await;
            assert_eq!(way.get(&sid).await.0, 400, "{way:?}");
            // The handshake succeeds: clients tell a WebSocket that closes from one that fails.
            way.probe(&sid).await.closed().await;
            if !way.is_socket() {
                ws.send("4hello").await;
                assert_eq!(ws.message().await, Message::text("4hello"));
            }
        }
    }
}
