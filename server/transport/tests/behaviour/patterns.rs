//! Namespaces that come and go with their clients.

use transport::{Config, Recovery, Refusal, Value};

use crate::client::{Running, Ws, quick, until};
use crate::recovery::{cut, recovering};

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

/// A pattern for `/list-1` and the like: clients need a key, and have `where` answered.
fn lists(running: &Running) -> transport::NamespacePattern {
    let lists =
        running.server.namespace_matching(|name, auth| name.starts_with("/list-") && auth.get("banned").is_none());
    lists.middleware(|_, auth| if auth.get("key").is_some() { Ok(()) } else { Err(Refusal::new("no key")) });
    lists.on("where", |socket, _, ack| ack.expect("an acknowledgement").send(socket.namespace().name()).expect("sent"));
    lists
}

#[tokio::test]
async fn a_namespace_asked_for_only_to_send_to_it_belongs_to_the_pattern_that_matches() {
    let running = Running::start(quick(), |_| {}).await;
    let pattern = lists(&running);
    let held = running.server.namespace("/list-9");
    assert_eq!(held.emit("nobody", &1).expect("sent"), 0);
    let mut ws = Ws::open(running.addr).await;
    // Before it is the pattern's, and after, and when it was left and is entered again.
    for round in 0..2 {
        for (auth, told) in [("", "no key"), ("{\"key\":1,\"banned\":1}", "Invalid namespace")] {
            ws.send(&format!("40/list-9,{auth}")).await;
            assert_eq!(ws.text().await, format!("44/list-9,{{\"message\":\"{told}\"}}"), "round {round}");
        }
        ws.send("40/list-9,{\"key\":1}").await;
        assert!(ws.text().await.starts_with("40/list-9,{\"sid\":"));
        assert_eq!((held.len(), pattern.children().len()), (1, 1));
        assert_eq!(held.emit("all", &round).expect("sent"), 1);
        assert_eq!(ws.text().await, format!("42/list-9,[\"all\",{round}]"));
        ws.send("42/list-9,1[\"where\"]").await;
        assert_eq!(ws.text().await, "43/list-9,1[\"/list-9\"]");
        assert_eq!(running.server.namespace("/list-9").len(), 1, "it is the same one");
        ws.send("41/list-9,").await;
        until("the child to be gone", || pattern.children().is_empty()).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn a_namespace_that_a_pattern_has_adopted_is_bounded_with_its_children_and_another_pattern_has_its_own() {
    let running = Running::start(Config { max_child_namespaces: 1, ..quick() }, |_| {}).await;
    let pattern = lists(&running);
    let others = running.server.namespace_matching(|name, auth| name == "/list-1" && auth.get("guest").is_some());
    let (one, two) = (running.server.namespace("/list-1"), running.server.namespace("/list-2"));
    let mut ws = Ws::open(running.addr).await;
    for (name, auth, answer) in [
        ("/list-1", "{\"key\":1}", "40/list-1,{\"sid\":"),
        ("/list-2", "{\"key\":1}", "44/list-2,{\"message\":\"more than 1 namespaces\"}"),
    ] {
        ws.send(&format!("40{name},{auth}")).await;
        let told = ws.text().await;
        assert!(told.starts_with(answer), "{told}");
    }
    let mut guest = Ws::open(running.addr).await;
    guest.send("40/list-1,{\"banned\":1,\"guest\":1}").await;
    assert!(guest.text().await.starts_with("40/list-1,{\"sid\":"));
    assert_eq!((one.len(), two.len(), pattern.children().len(), others.children().len()), (1, 0, 1, 1));
    running.stop().await;
}

#[tokio::test]
async fn a_namespace_that_something_was_put_on_is_the_applications_own_also_when_it_is_taken_out_again() {
    let running = Running::start(quick(), |_| {}).await;
    let pattern = lists(&running);
    let listener = running.server.namespace("/list-1").on("x", |_, _, _| {});
    assert!(running.server.namespace("/list-1").remove(listener));
    running.server.namespace("/list-2").on_connect(|_, _| {});
    let mut ws = Ws::open(running.addr).await;
    for name in ["/list-1", "/list-2"] {
        ws.send(&format!("40{name},")).await;
        assert!(ws.text().await.starts_with(&format!("40{name},{{\"sid\":")));
    }
    assert!(pattern.children().is_empty());
    running.stop().await;
}

#[tokio::test]
async fn who_was_let_in_before_there_was_a_pattern_counts_as_inside_its_child() {
    let running = Running::start(quick(), |_| {}).await;
    let held = running.server.namespace("/list-1");
    let mut early = Ws::open(running.addr).await;
    early.send("40/list-1,").await;
    assert!(early.text().await.starts_with("40/list-1,{\"sid\":"), "no pattern matches");
    let pattern = lists(&running);
    let mut ws = Ws::open(running.addr).await;
    ws.send("40/list-1,{\"key\":1}").await;
    assert!(ws.text().await.starts_with("40/list-1,{\"sid\":"));
    assert_eq!(held.len(), 2);
    ws.send("41/list-1,").await;
    until("one to be gone", || held.len() == 1).await;
    assert!(pattern.child("/list-1").is_some(), "one is left");
    early.send("41/list-1,").await;
    until("the child to be gone", || pattern.child("/list-1").is_none()).await;
    early.send("40/list-1,").await;
    assert_eq!(early.text().await, "44/list-1,{\"message\":\"no key\"}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_come_at_once_are_in_the_namespace_that_the_application_holds() {
    let running = Running::start(quick(), |_| {}).await;
    lists(&running);
    for round in 0..20 {
        let name = format!("/list-{round}");
        let held = running.server.namespace(&name);
        let coming: Vec<_> = (0..4)
            .map(|n| {
                let (addr, asks) = (running.addr, format!("40{name},{{\"{}\":1}}", ["key", "lock"][n % 2]));
                tokio::spawn(async move {
                    let mut ws = Ws::open(addr).await;
                    ws.send(&asks).await;
                    let told = ws.text().await;
                    (ws, told.starts_with("40"))
                })
            })
            .collect();
        let mut inside = Vec::new();
        for client in coming {
            inside.push(client.await.expect("no panic"));
        }
        assert_eq!(inside.iter().map(|(_, is_in)| *is_in).collect::<Vec<_>>(), [true, false, true, false]);
        assert_eq!(held.len(), 2);
    }
    running.stop().await;
}

#[tokio::test]
async fn a_client_whom_no_pattern_lets_in_is_not_let_in_by_a_name_that_was_asked_for() {
    let running = Running::start(quick(), |server| {
        let lists = server.namespace_matching(|name, auth| name.starts_with("/list-") && auth.get("banned").is_none());
        lists.middleware(|_, auth| if auth.is_null() { Err("no key".into()) } else { Ok(()) });
        server.namespace("/list-9").emit("nobody", &1).expect("sent");
        server.namespace("/feed").on_connect(|_, _| {});
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    for (asked, told) in [
        ("/list-9,{\"banned\":1}", "44/list-9,{\"message\":\"Invalid namespace\"}"),
        ("/list-9,", "44/list-9,{\"message\":\"no key\"}"),
        ("/list-9,{}", "40/list-9,{\"sid\""),
        ("/feed,", "40/feed,{\"sid\""),
    ] {
        ws.send(&format!("40{asked}")).await;
        let answer = ws.text().await;
        assert!(answer.starts_with(told), "{asked}: {answer}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_child_whose_clients_are_all_away_goes_for_a_new_one() {
    let config = Config { max_child_namespaces: 2, ..recovering(Recovery::default()) };
    let running = Running::start(config, |_| {}).await;
    let pattern = running.server.namespace_matching(|_, _| true);
    pattern.middleware(|socket, _| if socket.namespace().name() == "/no" { Err("no".into()) } else { Ok(()) });
    let join = async |name: &str| {
        let mut ws = Ws::open(running.addr).await;
        ws.send(&format!("40{name},")).await;
        let answer = ws.text().await;
        (ws, answer)
    };
    let names = || {
        let mut names: Vec<_> = pattern.children().iter().map(|child| child.name().to_owned()).collect();
        names.sort();
        names
    };
    let (lost, _) = join("/a").await;
    let ((here, _), (also_lost, _)) = (join("/b").await, join("/b").await);
    for ws in [lost, also_lost] {
        cut(&running, ws).await;
    }
    let (_no, answer) = join("/no").await;
    assert_eq!(answer, "44/no,{\"message\":\"no\"}");
    assert_eq!(running.server.metrics().snapshot().parked, 2, "who is refused costs nobody anything");
    let (c, answer) = join("/c").await;
    assert!(answer.starts_with("40/c,"), "{answer}");
    assert_eq!((names(), running.server.metrics().snapshot().parked), (vec!["/b".to_owned(), "/c".to_owned()], 1));
    let (_d, answer) = join("/d").await;
    assert_eq!(answer, "44/d,{\"message\":\"more than 2 namespaces\"}", "somebody is in each");
    // Of two that are left the one goes that was left first.
    for ws in [c, here] {
        cut(&running, ws).await;
    }
    let (_e, answer) = join("/e").await;
    assert!(answer.starts_with("40/e,"), "{answer}");
    assert_eq!((names(), running.server.metrics().snapshot().parked), (vec!["/b".to_owned(), "/e".to_owned()], 2));
    running.stop().await;
}
