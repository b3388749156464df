//! Middlewares of namespaces and of events.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use transport::{Config, Refusal, Server, Value};

use crate::client::{Polling, Running, Ws, quick, until, within};

#[tokio::test]
async fn middlewares_decide_in_order_before_the_connect_handler() {
    let (tell, told) = mpsc::channel();
    let (second, connected) = (tell.clone(), tell.clone());
    let running = Running::start(quick(), move |server| {
        server.middleware(move |socket, auth| {
            tell.send("first").expect("the test waits");
            let name = auth.get("name").and_then(Value::as_str).ok_or_else(|| Refusal::with_data("who?", &[1]))?;
            socket.set_data(name.to_owned());
            Ok(())
        });
        server.middleware(move |socket, _| {
            second.send("second").expect("the test waits");
            let name = socket.data::<String>().expect("the first one has let it through");
            if *name == "Eve" { Err(Refusal::new("not you")) } else { Ok(()) }
        });
        server.on_connect(move |_, _| connected.send("connected").expect("the test waits"));
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    ws.send("40").await;
    assert_eq!(ws.text().await, "44{\"message\":\"who?\",\"data\":[1]}");
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["first"]);
    ws.send("40{\"name\":\"Eve\"}").await;
    assert_eq!(ws.text().await, "44{\"message\":\"not you\"}");
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["first", "second"]);
    assert!(running.server.is_empty(), "nobody is in");
    ws.send("40{\"name\":\"Ada\"}").await;
    assert!(ws.text().await.starts_with("40{\"sid\":"));
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["first", "second", "connected"]);
    running.stop().await;
}

#[tokio::test]
async fn an_event_that_a_middleware_refuses_reaches_no_listener_and_is_not_answered() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), move |server| {
        server.event_middleware(|_, event, args| {
            if event == "forbidden" || args.len() > 1 { Err("not allowed".into()) } else { Ok(()) }
        });
        server.on_connect(|socket, _| {
            socket.event_middleware(|_, event, _| if event == "mine" { Err("not mine".into()) } else { Ok(()) });
        });
        server.on_unhandled(|_, event, _, ack| ack.expect("an acknowledgement").send(event).expect("sent"));
        server.on_error(move |_, failure| {
            assert!(failure.is_refusal());
            tell.send(failure.to_string()).expect("the test waits");
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    for (id, event) in ["forbidden", "mine", "allowed"].into_iter().enumerate() {
        ws.send(&format!("42{id}[\"{event}\"]")).await;
    }
    ws.send("423[\"allowed\",1,2]").await;
    ws.send("424[\"last\"]").await;
    assert_eq!(ws.text().await, "432[\"allowed\"]");
    assert_eq!(ws.text().await, "434[\"last\"]");
    let expected = [
        "event \"forbidden\" was refused: not allowed",
        "event \"mine\" was refused: not mine",
        "event \"allowed\" was refused: not allowed",
    ];
    assert_eq!(told.try_iter().collect::<Vec<_>>(), expected);
    running.stop().await;
}

#[tokio::test]
async fn a_refused_event_alone_does_not_take_the_socket_out() {
    let running = Running::start(quick(), |server| {
        server.event_middleware(|_, event, _| if event == "bad" { Err("no".into()) } else { Ok(()) });
        server.on("good", |_, _, ack| ack.expect("an acknowledgement").send(&()).expect("sent"));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("420[\"bad\"]").await;
    ws.send("421[\"good\"]").await;
    assert_eq!(ws.text().await, "431[]");
    running.stop().await;
}

#[tokio::test]
async fn a_socket_that_a_middleware_disconnects_hears_no_listener() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), move |server| {
        server.on_any(|socket, _, _, _| socket.disconnect(false, transport::CloseReason::Application("enough")));
        server.on_unhandled(move |_, event, _, _| tell.send(event.to_owned()).expect("the test waits"));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("42[\"x\"]").await;
    assert_eq!(ws.text().await, "41");
    running.stop().await;
    assert!(told.try_recv().is_err());
}

/// Lets in those whose names are told on the channel, one after the other as they come.
fn wait_for_names(server: &transport::Server) -> tokio::sync::watch::Sender<String> {
    server.middleware(|socket, _| assert!(socket.join("early")));
    let (tell, told) = tokio::sync::watch::channel(String::new());
    server.async_middleware(move |socket, auth| {
        let mut told = told.clone();
        async move {
            let name = auth.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            if name == "panic" {
                panic!("on purpose");
            }
            let known = told.wait_for(|told| *told == name || told.as_str() == "nobody").await.expect("the test runs");
            if *known != name {
                return Err(Refusal::new("nobody"));
            }
            drop(known);
            socket.set_data(name);
            socket.emit("welcome", &()).expect("queued");
            Ok(())
        }
    });
    tell
}

#[tokio::test]
async fn a_middleware_that_waits_keeps_its_own_client_waiting_only() {
    let running = Running::start(quick(), |server| {
        server.namespace("/free").on("echo", |_, args, ack| ack.expect("it is asked").send(args).expect("sent"));
    })
    .await;
    let tell = wait_for_names(&running.server);
    running
        .server
        .on_connect(|socket, _| socket.emit("hello", &*socket.data::<String>().expect("a name")).expect("sent"));
    let mut ada = Ws::open(running.addr).await;
    let mut bob = Ws::open(running.addr).await;
    ada.send("40{\"name\":\"Ada\"}").await;
    bob.send("40{\"name\":\"Bob\"}").await;
    ada.send("40/free,").await;
    assert!(ada.text().await.starts_with("40/free,"), "the connection goes on");
    ada.send("42/free,1[\"echo\",7]").await;
    assert_eq!(ada.text().await, "43/free,1[7]");
    tell.send_replace("Bob".to_owned());
    assert!(bob.text().await.starts_with("40{"));
    assert_eq!(bob.text().await, "42[\"welcome\"]");
    assert_eq!(bob.text().await, "42[\"hello\",\"Bob\"]");
    assert_eq!(running.server.to("early").sockets().len(), 1, "a room joined before the wait");
    tell.send_replace("nobody".to_owned());
    assert_eq!(ada.text().await, "44{\"message\":\"nobody\"}");
    assert_eq!(running.server.len(), 1);
    ada.send("40{\"name\":\"panic\"}").await;
    ada.closed().await;
    running.stop().await;
}

#[tokio::test]
async fn a_decision_is_dropped_when_its_client_leaves_or_asks_again() {
    let running = Running::start(quick(), |_| {}).await;
    let tell = wait_for_names(&running.server);
    let waiting = || tell.receiver_count() - 1;
    let mut ws = Ws::open(running.addr).await;
    ws.send("40{\"name\":\"first\"}").await;
    until("the decision to be waited for", || waiting() == 1).await;
    ws.send("41").await;
    ws.send("40{\"name\":\"second\"}").await;
    // The first one is dropped on this thread's runtime before the second one waits.
    ws.send("40/none,").await;
    assert!(ws.text().await.starts_with("44/none,"));
    until("the second decision to be waited for", || waiting() == 1).await;
    assert!(running.server.is_empty(), "nobody is in yet");
    assert_eq!(running.server.emit("news", &()).expect("sent"), 0);
    tell.send_replace("first".to_owned());
    tell.send_replace("second".to_owned());
    let joined = ws.text().await;
    let socket = running.server.sockets().pop().expect("it is in");
    assert!(joined.contains(socket.id().as_str()));
    assert_eq!(socket.data::<String>().as_deref().map(String::as_str), Some("second"));
    let mut gone = Ws::open(running.addr).await;
    gone.send("40{\"name\":\"third\"}").await;
    until("the third decision to be waited for", || waiting() == 1).await;
    drop(gone);
    until("nobody to wait", || waiting() == 0).await;
    until("the place to be free", || running.server.len() == 1).await;
    running.stop().await;
}

/// Counts itself while it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[tokio::test]
async fn requests_to_join_that_are_taken_back_keep_no_decision_and_no_namespace() {
    let waiting = Arc::new(AtomicUsize::new(0));
    let running = Running::start(Config { max_child_namespaces: 4, ..quick() }, |_| {}).await;
    let games = running.server.namespace_matching(|name, _| name.starts_with("/game-"));
    let count = waiting.clone();
    games.async_middleware(move |_, _| {
        let counted = Counted::new(&count);
        async move {
            let _counted = counted;
            std::future::pending::<()>().await;
        }
    });
    let mut ws = Ws::join(running.addr).await;
    for n in 0..20 {
        ws.send(&format!("40/game-{n},")).await;
        until("the decision to be waited for", || waiting.load(Relaxed) == 1).await;
        assert_eq!(games.children().len(), 1);
        ws.send(&format!("41/game-{n},")).await;
        until("the decision to be dropped", || waiting.load(Relaxed) == 0).await;
        until("the namespace to go", || games.children().is_empty()).await;
    }
    running.stop().await;
}

/// Tells what connect and disconnect handlers hear: the name the client gave, and that it is gone.
fn comings_and_goings(server: &Server) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    let gone = tell.clone();
    server.on_connect(move |_, auth| {
        let name = auth.get("name").and_then(Value::as_str).unwrap_or("nobody");
        tell.send(name.to_owned()).expect("the test waits");
    });
    server.on_disconnect(move |_, _| gone.send("gone".to_owned()).expect("the test waits"));
    told
}

#[tokio::test]
async fn who_leaves_while_decided_about_is_never_connected_and_so_never_gone() {
    let running = Running::start(quick(), |_| {}).await;
    let told = comings_and_goings(&running.server);
    let free = running.server.namespace("/free");
    let tell = wait_for_names(&running.server);
    let mut ws = Ws::open(running.addr).await;
    ws.send("40{\"name\":\"Ada\"}").await;
    until("the decision to be waited for", || tell.receiver_count() == 2).await;
    ws.send("41").await;
    ws.send("40/free,").await;
    assert!(ws.text().await.starts_with("40/free,"), "the server has heard that it left");
    tell.send_replace("Ada".to_owned());
    until("the decision to be made or dropped", || tell.receiver_count() == 1).await;
    ws.send("40/none,").await;
    assert!(ws.text().await.starts_with("44/none,"), "the server would have taken the decision by now");
    ws.send("40{\"name\":\"Bob\"}").await;
    tell.send_replace("Bob".to_owned());
    assert!(ws.text().await.starts_with("40{"));
    drop(ws);
    until("the end", || running.server.is_empty() && free.is_empty()).await;
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["Bob", "gone"]);
    running.stop().await;
}

#[tokio::test]
async fn of_requests_to_join_in_a_row_the_last_one_counts_and_none_that_the_end_follows() {
    let running = Running::start(quick(), |server| {
        server.async_middleware(|_, _| tokio::task::yield_now());
    })
    .await;
    let told = comings_and_goings(&running.server);
    let client = Polling::open(running.addr).await;
    client.post("40{\"name\":\"Ada\"}\u{1e}41\u{1e}40{\"name\":\"Bob\"}").await;
    let answer = client.get().await.body;
    assert!(answer.starts_with("40{") && !answer.contains('\u{1e}'), "{answer}");
    client.post("41").await;
    until("the end", || running.server.is_empty()).await;
    client.post("40{\"name\":\"Eve\"}\u{1e}1").await;
    until("the session to go", || running.server.metrics().snapshot().sessions == 0).await;
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["Bob", "gone"]);
    running.stop().await;
}

#[tokio::test]
async fn what_a_middleware_sends_before_it_decides_is_bounded() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let running = Running::start(quick(), move |server| {
        server.async_middleware(move |socket, _| {
            let words = "x".repeat(1_000);
            let events = (0..10_000).take_while(|_| socket.emit("n", &words).is_ok()).count();
            let wait = Duration::from_secs(1);
            let asked = socket.emit_with_ack("n", &words, wait, |_| {});
            tell.send((events, matches!(asked, Err(transport::Error::QueueFull { .. })))).expect("the test runs");
            std::future::pending::<()>()
        });
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    ws.send("40").await;
    let (events, full) = within(told.recv()).await.expect("it decides");
    assert!(events * 1_300 > 256 * 1024 && events * 1_192 < 256 * 1024 && full, "as much as the queue takes: {events}");
    assert_eq!(ws.closed().await, None);
    running.stop().await;
}

#[tokio::test]
async fn words_are_a_refusal_in_middlewares_of_each_kind_and_on_connect() {
    let running = Running::start(quick(), |server| {
        server.middleware(|_, auth| if auth.is_null() { Err("said".into()) } else { Ok(()) });
        server.middleware(|_, auth| {
            let name = auth.get("name").ok_or("no name")?;
            name.to::<&str>().map_err(|error| error.to_string())?;
            Ok(())
        });
        server.async_middleware(|_, auth| async move {
            let long = auth.get("name").is_some_and(|name| name.as_str().is_some_and(|name| name.len() > 3));
            if long { Err(format!("{} is too long", "it").into()) } else { Ok(()) }
        });
        server.on_connect(|_, _| Err("full".into()));
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    for (auth, words) in [
        ("", "said"),
        ("{}", "no name"),
        ("{\"name\":7}", "invalid type: integer `7`, expected a borrowed string"),
        ("{\"name\":\"Muriel\"}", "it is too long"),
        ("{\"name\":\"Ada\"}", "full"),
    ] {
        ws.send(&format!("40{auth}")).await;
        assert_eq!(ws.text().await, format!("44{{\"message\":\"{words}\"}}"));
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_joins_gets_any_event_that_its_queue_takes() {
    let words = "x".repeat(150_000);
    let (snapshot, tell) = (words.clone(), tokio::sync::watch::channel(()).0);
    let told = Arc::new(Mutex::new(Some(tell.subscribe())));
    let waits = told.clone();
    let running = Running::start(quick(), move |server| {
        server.on_connect(move |socket, _| {
            socket.emit("snapshot", &snapshot).expect("it waits");
            // The second client is in the middle of that when something is sent to all.
            let told = if socket.namespace().len() == 2 { told.lock().expect("no panic").take() } else { None };
            if let Some(mut told) = told {
                let wait = within(told.changed());
                tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(wait))
                    .expect("the test runs");
            }
        });
    })
    .await;
    let mut first = Ws::join(running.addr).await;
    assert_eq!(first.text().await, format!("42[\"snapshot\",\"{words}\"]"));
    let mut second = Ws::open(running.addr).await;
    second.send("40").await;
    until("the second to be decided about", || waits.lock().expect("no panic").is_none()).await;
    assert_eq!(running.server.emit("all", &"y".repeat(100_000)).expect("sent"), 2);
    tell.send(()).expect("it waits");
    assert!(second.text().await.starts_with("40"));
    assert_eq!(second.text().await, format!("42[\"snapshot\",\"{words}\"]"));
    for client in [&mut first, &mut second] {
        assert!(client.text().await.starts_with("42[\"all\",\"yyy"));
    }
    running.stop().await;
}

#[tokio::test]
async fn rooms_joined_while_a_client_is_decided_about_are_there_when_it_is_let_in() {
    let (word, told) = tokio::sync::watch::channel("wait");
    let (tell, mut connected) = tokio::sync::mpsc::unbounded_channel();
    let running = Running::start(Config { max_rooms_per_socket: 4, ..quick() }, move |server| {
        server.middleware(|socket, _| assert!(socket.join(["before", "not for long"])));
        server.async_middleware(move |socket, _| {
            assert!(socket.join("at once"));
            let mut told = told.clone();
            async move {
                let word = *told.wait_for(|word| *word != "wait").await.expect("the test runs");
                socket.leave("not for long");
                assert!(socket.join(["left", "waited"]) && !socket.join("x".repeat(257)));
                socket.leave("left");
                if word == "in" { Ok(()) } else { Err(Refusal::new(word)) }
            }
        });
        server.middleware(|socket, _| {
            assert!(socket.join("behind") && !socket.join("one more") && socket.join("before"));
            assert_eq!(socket.rooms().len(), 4);
        });
        server.on_connect(move |socket, _| tell.send(socket.rooms()).expect("the test runs"));
    })
    .await;
    let main = running.server.namespace("/");
    let mut refused = Ws::open(running.addr).await;
    refused.send("40").await;
    until("it to be decided about", || word.receiver_count() == 2).await;
    assert!(main.rooms().is_empty() && main.to("before").sockets().is_empty(), "it is in no room for others");
    word.send_replace("no");
    assert_eq!(refused.text().await, "44{\"message\":\"no\"}");
    assert!(main.rooms().is_empty(), "{:?}", main.rooms());
    word.send_replace("in");
    let mut ws = Ws::join(running.addr).await;
    let mut rooms = within(connected.recv()).await.expect("it is let in");
    rooms.sort();
    assert_eq!(rooms.iter().map(|room| &**room).collect::<Vec<_>>(), ["at once", "before", "behind", "waited"]);
    assert_eq!(main.to("behind").emit("hello", &()).expect("sent"), 1);
    assert_eq!(ws.text().await, "42[\"hello\"]");
    ws.send("41").await;
    until("it to be gone", || main.rooms().is_empty()).await;
    running.stop().await;
}
