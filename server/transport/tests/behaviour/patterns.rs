//! Namespaces that come and go with their clients.

use transport::{Config, Refusal, Value};

use crate::client::{Running, Ws, quick, until};

#[tokio::test]
async fn a_child_is_made_for_its_first_client_and_goes_with_its_last() {
    let running = Running::start(quick(), |_| {}).await;
    let games = running.server.namespace_matching(|name, auth| {
        name.starts_with("/game-") && auth.get("banned").and_then(Value::as_str).is_none()
    });
    games.middleware(|_, auth| if auth.get("key").is_some() { Ok(()) } else { Err(Refusal::new("no key")) });
    games.on("where", |socket, _, ack| ack.expect("an acknowledgement").send(socket.namespace().name()).expect("sent"));
    let mut ws = Ws::open(running.addr).await;
    for (name, auth, told) in [
        ("/other", "", "Invalid namespace"),
        ("/game-1", "{\"banned\":\"yes\"}", "Invalid namespace"),
        ("/game-1", "", "no key"),
    ] {
        ws.send(&format!("40{name},{auth}")).await;
        assert_eq!(ws.text().await, format!("44{name},{{\"message\":\"{told}\"}}"));
        assert!(games.children().is_empty(), "nobody is in {name}");
    }
    let mut other = Ws::open(running.addr).await;
    for ws in [&mut ws, &mut other] {
        ws.send("40/game-1,{\"key\":1}").await;
        assert!(ws.text().await.starts_with("40/game-1,{\"sid\":"));
    }
    ws.send("42/game-1,9[\"where\"]").await;
    assert_eq!(ws.text().await, "43/game-1,9[\"/game-1\"]");
    let child = games.child("/game-1").expect("two are in it");
    assert_eq!((child.len(), running.server.namespace("/game-1").len()), (2, 2));
    assert_eq!(games.emit("all", &1).expect("sent"), 2);
    assert_eq!(other.text().await, "42/game-1,[\"all\",1]");
    ws.send("41/game-1,").await;
    until("one to be gone", || child.len() == 1).await;
    assert!(games.child("/game-1").is_some());
    drop(other);
    until("the child to be gone", || games.child("/game-1").is_none()).await;
    running.stop().await;
}

#[tokio::test]
async fn every_client_is_asked_about_and_children_are_bounded() {
    let running = Running::start(Config { max_child_namespaces: 2, ..quick() }, |_| {}).await;
    let rooms = running.server.namespace_matching(|_, auth| auth.get("friend").is_some());
    let mut ws = Ws::open(running.addr).await;
    for name in ["/a", "/b"] {
        ws.send(&format!("40{name},{{\"friend\":1}}")).await;
        assert!(ws.text().await.starts_with(&format!("40{name},")));
    }
    let mut other = Ws::open(running.addr).await;
    other.send("40/a,").await;
    assert_eq!(other.text().await, "44/a,{\"message\":\"Invalid namespace\"}");
    other.send("40/c,{\"friend\":1}").await;
    assert_eq!(other.text().await, "44/c,{\"message\":\"more than 2 namespaces\"}");
    other.send("40/b,{\"friend\":1}").await;
    assert!(other.text().await.starts_with("40/b,"));
    ws.send("41/a,").await;
    until("a free place", || rooms.children().len() == 1).await;
    other.send("40/c,{\"friend\":1}").await;
    assert!(other.text().await.starts_with("40/c,"));
    running.stop().await;
    assert!(rooms.children().is_empty());
}

#[tokio::test]
async fn a_predicate_that_panics_closes_its_client_alone() {
    let running = Running::start(quick(), |server| {
        server.namespace_matching(|name, _| if name == "/bad" { panic!("on purpose") } else { true });
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    let mut other = Ws::open(running.addr).await;
    ws.send("40/bad,").await;
    ws.closed().await;
    other.send("40/good,").await;
    assert!(other.text().await.starts_with("40/good,"));
    running.stop().await;
}

#[tokio::test]
async fn listeners_put_on_later_are_inherited_by_later_children_only() {
    let running = Running::start(quick(), |_| {}).await;
    let pattern = running.server.namespace_matching(|_, _| true);
    let mut ws = Ws::open(running.addr).await;
    ws.send("40/old,").await;
    ws.text().await;
    pattern.on_unhandled(|_, _, _, ack| ack.expect("an acknowledgement").send("late").expect("sent"));
    ws.send("40/new,").await;
    ws.text().await;
    ws.send("42/old,1[\"x\"]").await;
    ws.send("42/new,2[\"x\"]").await;
    assert_eq!(ws.text().await, "43/new,2[\"late\"]");
    running.stop().await;
}
