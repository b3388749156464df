//! Liveness: 300 ms between pings, 200 ms for the answer.

use std::time::{Duration, Instant};

use crate::client::Suite;

const WHOLE: Duration = Duration::from_millis(500);

#[tokio::test]
async fn pings_and_pongs_go_on_over_polling() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let sid = way.polling().await;
        for _ in 0..3 {
            if way.revision == 3 {
                assert_eq!(way.post(&sid, &["2"]).await.0, 200);
                assert_eq!(way.get(&sid).await, (200, "1:3".to_owned()), "{way:?}");
            } else {
                assert_eq!(way.get(&sid).await, (200, "2".to_owned()), "{way:?}");
                assert_eq!(way.post(&sid, &["3"]).await.0, 200);
            }
        }
    }
}

#[tokio::test]
async fn pings_and_pongs_go_on_over_websocket() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let (mut ws, _) = way.websocket().await;
        if way.is_socket() && way.revision == 3 {
            assert_eq!((ws.text().await.as_str(), ws.text().await.as_str()), ("40", "42[\"auth\",{}]"));
        }
        for _ in 0..3 {
            if way.revision == 3 {
                ws.send("2").await;
                assert_eq!(ws.text().await, "3", "{way:?}");
            } else {
                assert_eq!(ws.text().await, "2", "{way:?}");
                ws.send("3").await;
            }
        }
    }
}

#[tokio::test]
async fn a_silent_client_is_given_up_when_its_time_is_over() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        let sid = way.polling().await;
        let start = Instant::now();
        suite.deserted().await;
        assert!(start.elapsed() > WHOLE - Duration::from_millis(100), "{way:?}: after {:?}", start.elapsed());
        assert_eq!(way.get(&sid).await.0, 400, "{way:?}");
        assert_eq!(way.post(&sid, &["2"]).await.0, 400, "{way:?}");

        let (ws, _) = way.websocket().await;
        let start = Instant::now();
        ws.closed().await;
        assert!(start.elapsed() > WHOLE - Duration::from_millis(100), "{way:?}: after {:?}", start.elapsed());
        suite.deserted().await;
    }
}

#[tokio::test]
async fn a_request_at_the_very_end_comes_too_late() {
    let suite = Suite::start().await;
    for way in suite.ways() {
        // The client's clock starts when it has the answer, later than the server's.
        let sid = way.open().await["sid"].as_str().expect("text").to_owned();
        tokio::time::sleep(WHOLE).await;
        assert_eq!(way.get(&sid).await.0, 400, "{way:?}");
    }
}
