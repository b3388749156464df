//! Choices of sockets: by rooms, and what is done to all of them.

use transport::{Args, Server, Value};

use crate::client::{Polling, Running, Ws, quick, until, within};

/// Puts every socket in the rooms it names as auth.
fn by_auth(server: &Server) {
    server.on_connect(|socket, auth| {
        let Some(transport::Value::Array(rooms)) = auth.get("rooms") else { return };
        assert!(rooms.iter().filter_map(transport::Value::as_str).all(|room| socket.join(room)));
    });
}

async fn join(running: &Running, rooms: &str) -> Ws {
    let mut ws = Ws::open(running.addr).await;
    ws.send(&format!("40{{\"rooms\":{rooms}}}")).await;
    assert!(ws.text().await.starts_with("40{\"sid\":"));
    ws
}

#[tokio::test]
async fn rooms_are_chosen_one_by_one_or_several_at_once() {
    let running = Running::start(quick(), by_auth).await;
    let server = running.server.clone();
    let mut red = join(&running, "[\"red\"]").await;
    let mut both = join(&running, "[\"red\",\"blue\"]").await;
    let mut blue = join(&running, "[\"blue\"]").await;
    let mut rooms = server.rooms();
    rooms.sort();
    assert_eq!(rooms.iter().map(|room| &**room).collect::<Vec<_>>(), ["blue", "red"]);
    assert_eq!(server.to(["red", "blue"]).emit("all", &()).expect("sent"), 3);
    assert_eq!(server.in_("red").except(vec!["blue".to_owned()]).emit("red", &()).expect("sent"), 1);
    assert_eq!(server.except(["red"]).emit("blue", &()).expect("sent"), 1);
    let named = server.to("red").except("blue").sockets().pop().expect("a socket");
    assert_eq!(server.socket(&named.id()).as_ref(), Some(&named));
    assert_eq!(named.to(["red", "blue"]).local().emit("others", &()).expect("sent"), 2);
    assert_eq!(named.except("blue").emit("nobody", &()).expect("sent"), 0);
    assert_eq!(server.to(named.id()).emit("alone", &()).expect("sent"), 1);
    assert_eq!(server.to([""; 0]).emit("nobody", &()).expect("sent"), 0, "no room is nobody, not everybody");
    assert_eq!(server.to("red").to([""; 0]).sockets().len(), 2);
    for (ws, events) in [
        (&mut red, &["all", "red", "alone"][..]),
        (&mut both, &["all", "others"]),
        (&mut blue, &["all", "blue", "others"]),
    ] {
        for event in events {
            assert_eq!(ws.text().await, format!("42[\"{event}\"]"));
        }
    }
    drop((red, both, blue));
    until("the rooms to be gone", || server.rooms().is_empty()).await;
    assert_eq!(server.socket(&named.id()), None);
    running.stop().await;
}

#[tokio::test]
async fn each_of_a_choice_is_sent_arguments_of_its_own() {
    let running = Running::start(quick(), by_auth).await;
    let server = running.server.clone();
    let mut reds = Vec::new();
    for _ in 0..40 {
        reds.push(join(&running, "[\"red\"]").await);
    }
    let mut blue = join(&running, "[\"blue\"]").await;
    let own = |socket: &transport::Socket| [transport::Value::from(socket.id().as_str())].into_iter().collect();
    assert_eq!(server.to("red").emit_each("you", own), 40);
    assert_eq!(server.to("red").volatile().emit_each("you", own), 40);
    server.emit("end", &()).expect("sent");
    assert_eq!(blue.text().await, "42[\"end\"]");
    let mut told = std::collections::BTreeSet::new();
    for red in &mut reds {
        let first = red.text().await;
        assert_eq!(red.text().await, first);
        assert_eq!(red.text().await, "42[\"end\"]");
        told.insert(first);
    }
    let wanted = server.to("red").sockets().into_iter().map(|socket| format!("42[\"you\",\"{}\"]", socket.id()));
    assert_eq!(told, wanted.collect());
    drop((reds, blue));
    running.stop().await;
}

#[tokio::test]
async fn many_sockets_join_leave_and_are_disconnected_at_once() {
    let running = Running::start(quick(), by_auth).await;
    let server = running.server.clone();
    let mut red = join(&running, "[\"red\"]").await;
    let mut blue = join(&running, "[\"blue\"]").await;
    assert_eq!(server.to("red").join(["x", "y"]), 1);
    assert_eq!(server.all().join("z"), 2);
    assert_eq!((server.to("x").sockets().len(), server.to("z").sockets().len()), (1, 2));
    assert_eq!(server.to("z").leave("z"), 2);
    assert!(server.to("z").sockets().is_empty());
    assert_eq!(server.to("y").disconnect(false), 1);
    assert_eq!(red.text().await, "41");
    red.send("40").await;
    assert!(red.text().await.starts_with("40{"), "the connection stays");
    assert_eq!(server.to("blue").disconnect(true), 1);
    assert_eq!(blue.text().await, "41");
    assert_eq!(blue.closed().await, None);
    running.stop().await;
}

#[tokio::test]
async fn what_is_volatile_is_dropped_while_no_get_waits() {
    let running = Running::start(quick(), |_| {}).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    assert!(!socket.volatile().emit("lost", &()).expect("no error"));
    assert_eq!(running.server.all().volatile().emit("lost", &()).expect("no error"), 0);
    assert_eq!(running.server.all().volatile().emit_each("lost", |_| Default::default()), 0);
    let get = tokio::spawn({
        let client = client.clone();
        async move { client.get().await.body }
    });
    until("the GET to wait", || socket.writable()).await;
    assert!(socket.volatile().emit("kept", &1).expect("no error"));
    assert!(!socket.volatile().emit("lost", &()).expect("no error"), "the GET is answered");
    assert_eq!(within(get).await.expect("no panic"), "42[\"kept\",1]");
    running.stop().await;
}

#[tokio::test]
async fn what_is_volatile_is_dropped_while_a_websocket_is_behind_and_only_there() {
    let running = Running::start(quick(), |_| {}).await;
    let mut stalled = Ws::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    let mut lively = Ws::join(running.addr).await;
    let words = "x".repeat(10_000);
    let mut sent = 0;
    while socket.volatile().emit("words", &words).expect("no error") {
        sent += 1;
    }
    assert!(socket.queue_depth().packets <= 1, "one is under way: {:?}", socket.queue_depth());
    assert_eq!(running.server.all().volatile().emit("news", &()).expect("sent"), 1);
    assert_eq!(lively.text().await, "42[\"news\"]");
    for _ in 0..sent {
        assert!(stalled.text().await.starts_with("42[\"words\""));
    }
    until("it to catch up", || socket.volatile().emit("again", &()).expect("no error")).await;
    assert_eq!(stalled.text().await, "42[\"again\"]");
    running.stop().await;
}

#[tokio::test]
async fn volatile_events_of_one_handler_leave_together() {
    let running = Running::start(quick(), |server| {
        server.on("go", |socket, _, _| {
            socket.emit("first", &())?;
            assert!(socket.volatile().emit("second", &())? && socket.volatile().emit("third", &())?);
            Ok(())
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("42[\"go\"]").await;
    for event in ["first", "second", "third"] {
        assert_eq!(ws.text().await, format!("42[\"{event}\"]"));
    }
    running.stop().await;
}

#[tokio::test]
async fn several_events_reach_each_of_a_choice_in_their_order() {
    let running = Running::start(quick(), by_auth).await;
    let server = running.server.clone();
    let polling = Polling::open(running.addr).await;
    polling.post("40{\"rooms\":[\"red\"]}").await;
    assert!(polling.get().await.body.starts_with("40{"));
    let (mut red, mut blue) = (join(&running, "[\"red\"]").await, join(&running, "[\"blue\"]").await);
    let args = |n: u64| Args::from(vec![Value::UInt(n)]);
    let binary = || Args::from(vec![Value::Bin(bytes::Bytes::from_static(&[7; 300]))]);
    let sent = || server.metrics().snapshot().packets_out;
    let before = sent();
    assert_eq!(server.to("red").emit_all([("one", args(1)), ("two", binary()), ("three", args(3))]).expect("sent"), 2);
    assert_eq!(
        server.all().volatile().emit_all([("four", args(4)), ("five", args(5))]).expect("sent"),
        2,
        "no GET waits"
    );
    assert_eq!(server.to("red").emit_all([]).expect("nothing to send"), 0);
    assert!(server.to("red").emit_all([("one", args(1)), ("disconnect", args(2))]).is_err(), "reserved");
    assert_eq!(sent() - before, 4 + 4, "and all of it at once");
    // Beyond what leaves in one write each goes its own way.
    let long = || Args::from(vec![Value::Str("x".repeat(40_000))]);
    assert_eq!(server.to("blue").emit_all([("long", long()), ("longer", long())]).expect("sent"), 1);
    for event in ["one", "two", "", "three", "four", "five"] {
        match event {
            "one" | "three" | "four" | "five" => assert!(red.text().await.starts_with(&format!("42[\"{event}\""))),
            "two" => assert!(red.text().await.starts_with("451-[\"two\"")),
            _ => assert_eq!(red.binary().await, vec![7; 300]),
        }
    }
    for event in ["four", "five", "long", "longer"] {
        assert!(blue.text().await.starts_with(&format!("42[\"{event}\"")));
    }
    let body = polling.get().await.body;
    assert!(body.contains("42[\"one\",1]\u{1e}451-[\"two\",{\"_placeholder\":true,\"num\":0}]\u{1e}b"), "{body}");
    drop((red, blue));
    running.stop().await;
}
