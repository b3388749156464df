//! Long-polling: handshake, requests out of place, packets both ways.

use std::time::Duration;

use transport::{BadInput, CloseReason, Config};

use crate::client::{Polling, Running, get_request, post_request, quick, raw, until, within};

#[tokio::test]
async fn the_handshake_tells_the_session_and_its_limits() {
    let running = Running::start(Config { max_payload: 5_000, ..quick() }, |_| {}).await;
    let answer = raw(running.addr, get_request("EIO=4&transport=polling")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.to_lowercase().contains("content-type: text/plain; charset=utf-8"), "{}", answer.head);
    assert!(answer.head.to_lowercase().contains("cache-control: no-store"), "{}", answer.head);
    let open: serde_json::Value = serde_json::from_str(&answer.body[1..]).expect("JSON");
    assert_eq!(open["sid"].as_str().map(str::len), Some(20));
    assert_eq!(open["upgrades"], serde_json::json!(["websocket"]));
    assert_eq!((&open["pingInterval"], &open["pingTimeout"]), (&25_000.into(), &20_000.into()));
    assert_eq!(open["maxPayload"], 5_000);
    running.stop().await;
}

#[tokio::test]
async fn requests_out_of_place_get_the_reference_codes() {
    let running = Running::start(quick(), |_| {}).await;
    let cases = [
        (get_request("EIO=4"), 0, "Transport unknown"),
        (get_request("EIO=4&transport=__proto__"), 0, "Transport unknown"),
        (get_request("EIO=4&transport=polling&sid=nobody"), 1, "Session ID unknown"),
        (get_request("EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA"), 1, "Session ID unknown"),
        (post_request("EIO=4&transport=polling", "x"), 2, "Bad handshake method"),
        (get_request("EIO=4&transport=websocket"), 3, "Bad request"),
        (get_request("EIO=3&transport=polling"), 5, "Unsupported protocol version"),
        (get_request("transport=polling"), 5, "Unsupported protocol version"),
    ];
    for (request, code, message) in cases {
        let answer = raw(running.addr, &request).await;
        assert_eq!(answer.status, 400, "{request}");
        let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(body, serde_json::json!({ "code": code, "message": message }), "{request}");
    }
    assert_eq!(running.server.metrics().snapshot().bad(BadInput::Request), 8);
    running.stop().await;
}

#[tokio::test]
async fn a_refused_websocket_handshake_gets_the_bare_message() {
    let running = Running::start(quick(), |_| {}).await;
    let request = "GET /socket.io/?EIO=4&transport=websocket&sid=nobody HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
        Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let answer = raw(running.addr, request).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "Session ID unknown"));
    assert!(answer.head.to_lowercase().contains("content-type: text/html"), "{}", answer.head);
    running.stop().await;
}

#[tokio::test]
async fn events_and_acks_travel_in_both_directions() {
    let running = Running::start(quick(), |server| {
        let main = server.namespace("/");
        main.on("add", |socket, args, ack| {
            let sum: i64 = args.get::<i64>(0).expect("a number") + args.get::<i64>(1).expect("a number");
            ack.expect("an acknowledgement").send(&sum).expect("sent");
            let peer = socket.clone();
            socket
                .emit_with_ack("ask", &("why",), Duration::from_secs(5), move |answer| {
                    peer.emit_args("answered", answer.expect("an answer")).expect("sent");
                })
                .expect("asked");
        });
    })
    .await;
    let client = Polling::join(running.addr).await;
    assert_eq!(client.post("427[\"add\",2,3]").await.body, "ok");
    assert_eq!(client.get().await.body, "437[5]\u{1e}420[\"ask\",\"why\"]");
    assert_eq!(client.post("430[\"because\",1]").await.body, "ok");
    assert_eq!(client.get().await.body, "42[\"answered\",\"because\",1]");
    running.stop().await;
}

#[tokio::test]
async fn a_get_waits_for_what_another_thread_sends() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.get().await.body }
    });
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    until("the GET to wait", || socket.ready()).await;
    std::thread::spawn(move || socket.emit("late", &(1, "x")).expect("sent")).join().expect("no panic");
    assert_eq!(within(waiting).await.expect("no panic"), "42[\"late\",1,\"x\"]");
    running.stop().await;
}

#[tokio::test]
async fn two_gets_at_a_time_end_the_session() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.get().await }
    });
    until("the first GET to wait", || socket.ready()).await;
    let second = client.get().await;
    assert_eq!(second.status, 400, "{second:?}");
    assert_eq!(within(first).await.expect("no panic").body, "1");
    until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    let counted = running.server.metrics().snapshot();
    assert_eq!(counted.closes.get(CloseReason::TransportError.as_str()), Some(&1));
    assert_eq!(counted.bad(BadInput::Overlap), 1);
    running.stop().await;
}

#[tokio::test]
async fn garbage_in_a_post_ends_the_session_and_nothing_else() {
    let running = Running::start(quick(), |_| {}).await;
    let bystander = Polling::join(running.addr).await;
    for garbage in
        ["", "x", "9", "b!!!", "4\u{1e}\u{1e}", "41[\"not a disconnect\"]", "42{}", "42[\"connect\"]", "4251-[\"x\"]"]
    {
        let client = Polling::join(running.addr).await;
        client.post(garbage).await;
        until(&format!("{garbage:?} to end the session"), || running.server.metrics().snapshot().sessions == 1).await;
        assert_eq!(client.post("42[\"x\"]").await.status, 400);
    }
    assert_eq!(bystander.post("42[\"x\"]").await.body, "ok");
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_leaves_while_it_polls_is_noticed() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let waiting = tokio::spawn(async move { client.get().await.body });
    until("the GET to wait", || socket.ready()).await;
    waiting.abort();
    until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    assert!(!socket.is_connected());
    running.stop().await;
}

#[tokio::test]
async fn what_was_sent_before_a_disconnect_arrives_with_the_next_get() {
    let running = Running::start(quick(), |server| {
        server.namespace("/").on("bye", |socket, _, _| {
            socket.emit("last", "words").expect("sent");
            socket.disconnect(true, CloseReason::Application("asked for"));
        });
    })
    .await;
    let client = Polling::join(running.addr).await;
    assert_eq!(client.post("42[\"bye\"]").await.body, "ok");
    assert_eq!(client.get().await.body, "42[\"last\",\"words\"]\u{1e}41");
    assert_eq!(client.get().await.body, "1", "alone, as clients drop what comes with it");
    until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    assert_eq!(running.server.metrics().snapshot().closes.get("asked for"), Some(&1));
    running.stop().await;
}

#[tokio::test]
async fn cors_headers_appear_only_where_they_are_set() {
    let request = "OPTIONS /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n\
        Access-Control-Request-Method: POST\r\n\r\n";
    let running = Running::start(quick(), |_| {}).await;
    assert!(!raw(running.addr, request).await.head.contains("access-control"));
    running.stop().await;
    let cors = transport::Cors::Origins(vec!["https://a.example".to_owned()]);
    let running = Running::start(Config { cors, ..quick() }, |_| {}).await;
    let answer = raw(running.addr, request).await;
    assert_eq!(answer.status, 204);
    assert!(answer.head.contains("access-control-allow-origin: https://a.example"), "{}", answer.head);
    let other = raw(running.addr, request.replace("a.example", "b.example")).await;
    assert!(!other.head.contains("access-control-allow-origin"), "{}", other.head);
    running.stop().await;
}
