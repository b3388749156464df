//! Listeners: which run, in which order, and what becomes of their errors.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use transport::{CloseReason, Server, Socket};

use crate::client::{Running, Ws, quick, until};

/// A list that handlers write to, in the order they run.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().expect("no panic").push(what.into());
    }

    fn read(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

fn pong(server: &Server) {
    server.on("ping", |_, _, ack| ack.expect("an acknowledgement").send(&()).expect("sent"));
}

fn note_any(journal: &Journal) -> impl Fn(&Socket, &str, &transport::Args, Option<transport::Ack>) + use<> {
    let journal = journal.clone();
    move |_, event, _, _| journal.note(format!("unhandled {event}"))
}

/// Waits until what the client sent before has been handled.
async fn handled(ws: &mut Ws) {
    ws.send("4277[\"ping\"]").await;
    assert_eq!(ws.text().await, "4377[]");
}

#[tokio::test]
async fn all_listeners_of_an_event_run_the_namespaces_first_and_the_first_answer_counts() {
    let journal = Journal::default();
    let running = Running::start(quick(), |server| {
        pong(server);
        for name in ["one", "two"] {
            let journal = journal.clone();
            server.on("event", move |_, args, ack| {
                journal.note(format!("{name} {}", args.get::<i32>(0)?));
                let answered = ack.ok_or("no acknowledgement")?.send(name);
                assert_eq!(answered.is_ok(), name == "one");
                Ok(())
            });
        }
        let own = journal.clone();
        server.on_connect(move |socket, _| {
            let own = own.clone();
            socket.on("event", move |_, _, ack| {
                own.note("own");
                let error = ack.expect("an acknowledgement").send("own").expect_err("it was answered");
                assert!(matches!(error, transport::Error::Answered));
            });
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("425[\"event\",7]").await;
    assert_eq!(ws.text().await, "435[\"one\"]");
    handled(&mut ws).await;
    assert_eq!(journal.read(), ["one 7", "two 7", "own"]);
    running.stop().await;
}

#[tokio::test]
async fn catch_all_listeners_hear_every_event_and_unhandled_ones_only_the_rest() {
    let journal = Journal::default();
    let running = Running::start(quick(), |server| {
        pong(server);
        let (any, first, rest, named) = (journal.clone(), journal.clone(), journal.clone(), journal.clone());
        server.on_any(move |_, event, _, _| any.note(format!("any {event}")));
        server.prepend_any(move |_, event, _, _| first.note(format!("first {event}")));
        server.on_unhandled(move |_, event, _, ack| {
            rest.note(format!("rest {event}"));
            ack.expect("an acknowledgement").send("?").expect("sent");
        });
        server.on("known", move |_, _, _| named.note("known"));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("42[\"known\"]").await;
    ws.send("421[\"unknown\"]").await;
    assert_eq!(ws.text().await, "431[\"?\"]");
    assert_eq!(journal.read(), ["first known", "any known", "known", "first unknown", "any unknown", "rest unknown"]);
    running.server.off_any();
    ws.send("422[\"unknown\"]").await;
    assert_eq!(ws.text().await, "432[\"?\"]");
    assert_eq!(journal.read(), ["rest unknown"]);
    running.stop().await;
}

#[tokio::test]
async fn a_listener_runs_once_or_until_it_is_taken_out() {
    let journal = Journal::default();
    let running = Running::start(quick(), pong).await;
    let note = |what: &str| {
        let (journal, what) = (journal.clone(), what.to_owned());
        move |_: &Socket, _: &transport::Args, _| journal.note(what.as_str())
    };
    let server = running.server.clone();
    server.once("event", note("once"));
    let kept = server.on("event", note("kept"));
    server.on("event", note("other"));
    let mut ws = Ws::join(running.addr).await;
    let socket = server.sockets().pop().expect("a socket");
    socket.once("event", note("own once"));
    let own = socket.on("event", note("own"));
    for expected in [&["once", "kept", "other", "own once", "own"][..], &["kept", "other", "own"]] {
        ws.send("42[\"event\"]").await;
        handled(&mut ws).await;
        assert_eq!(journal.read(), expected);
    }
    server.on_unhandled(note_any(&journal));
    server.once("single", note("single"));
    for expected in ["single", "unhandled single"] {
        ws.send("42[\"single\"]").await;
        handled(&mut ws).await;
        assert_eq!(journal.read(), [expected], "a listener that has run is none any more");
    }
    assert!(server.remove(kept) && !server.remove(kept) && !server.remove(own) && socket.remove(own));
    ws.send("42[\"event\"]").await;
    handled(&mut ws).await;
    assert_eq!(journal.read(), ["other"]);
    server.off("event");
    ws.send("42[\"event\"]").await;
    handled(&mut ws).await;
    assert_eq!(journal.read(), ["unhandled event"]);
    running.stop().await;
}

#[tokio::test]
async fn what_is_sent_is_overheard_once_for_each_receiver() {
    let journal = Journal::default();
    let running = Running::start(quick(), |_| {}).await;
    let server = running.server.clone();
    let mut clients = [Ws::join(running.addr).await, Ws::join(running.addr).await];
    let own = server.sockets().pop().expect("a socket");
    let (all, one) = (journal.clone(), journal.clone());
    server.on_any_outgoing(move |_, event, args| all.note(format!("all {event} {}", args.len())));
    own.on_any_outgoing(move |_, event, _| one.note(format!("one {event}")));
    server.emit("hello", &(1, 2)).expect("sent");
    let mut heard = journal.read();
    heard.sort();
    assert_eq!(heard, ["all hello 2", "all hello 2", "one hello"]);
    own.emit("alone", &()).expect("sent");
    assert_eq!(journal.read(), ["all alone 0", "one alone"]);
    server.off_any_outgoing();
    own.off_any_outgoing();
    server.emit("quiet", &()).expect("sent");
    assert!(journal.read().is_empty());
    for ws in &mut clients {
        assert_eq!(ws.text().await, "42[\"hello\",1,2]");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_listener_that_panics_at_what_is_sent_closes_the_receiver_and_the_sender_goes_on() {
    let running = Running::start(quick(), |_| {}).await;
    let mut unlucky = Ws::join(running.addr).await;
    running.server.sockets()[0].on_any_outgoing(|_, _, _| panic!("on purpose"));
    let mut bystander = Ws::join(running.addr).await;
    running.server.emit("news", &()).expect("sent");
    assert_eq!(bystander.text().await, "42[\"news\"]");
    unlucky.closed().await;
    until("the count", || running.server.metrics().snapshot().closes.get("handler panic") == Some(&1)).await;
    assert_eq!(running.server.emit("still", &()).expect("sent"), 1);
    assert_eq!(bystander.text().await, "42[\"still\"]");
    running.stop().await;
}

fn reasons(server: &Server) -> Receiver<CloseReason> {
    let (tell, told): (Sender<CloseReason>, _) = mpsc::channel();
    server.on_disconnect(move |_, reason| tell.send(reason).expect("the test waits"));
    told
}

#[tokio::test]
async fn an_error_goes_to_those_who_listen_to_errors_and_else_takes_the_socket_out() {
    let journal = Journal::default();
    let running = Running::start(quick(), |server| {
        pong(server);
        server.on("fail", |_, args, _| {
            args.get::<u32>(0)?;
            Ok(())
        });
        server.namespace("/quiet").on("fail", |_, _, _| Err("no".into()));
        let heard = journal.clone();
        server.namespace("/quiet").on_error(move |_, failure| {
            assert!(!failure.is_refusal());
            heard.note(format!("{}: {}", failure.event(), failure.error()));
        });
    })
    .await;
    let told = reasons(&running.server);
    let mut bystander = Ws::join(running.addr).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("40/quiet,").await;
    assert!(ws.text().await.starts_with("40/quiet,"));
    ws.send("42/quiet,[\"fail\"]").await;
    ws.send("42[\"fail\",1]").await;
    handled(&mut ws).await;
    assert_eq!(journal.read(), ["fail: no"]);
    ws.send("42[\"fail\",\"x\"]").await;
    assert_eq!(ws.text().await, "41");
    assert_eq!(told.recv().expect("a reason"), CloseReason::HandlerFailed);
    assert_eq!(running.server.namespace("/quiet").len(), 1, "the connection stays");
    handled(&mut bystander).await;
    running.stop().await;
}

#[tokio::test]
async fn rooms_are_still_there_when_a_socket_is_about_to_leave() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), |server| {
        server.on_connect(|socket, _| assert!(socket.join(["a", "b"])));
        let before = tell.clone();
        server.on_disconnecting(move |socket, reason| {
            before.send((socket.rooms().len(), reason)).expect("the test waits");
        });
        server.on_disconnect(move |socket, reason| {
            tell.send((socket.rooms().len(), reason)).expect("the test waits");
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("41").await;
    let told = tokio::task::spawn_blocking(move || told.iter().take(2).collect::<Vec<_>>()).await.expect("no panic");
    let reason = CloseReason::ClientNamespaceDisconnect;
    assert_eq!(told, [(2, reason), (0, reason)]);
    running.stop().await;
}

#[test]
fn a_listener_of_what_no_client_may_send_is_a_mistake_that_is_told_where_it_is_made() {
    for event in ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"] {
        let server = Server::new(quick()).expect("valid settings");
        let on = std::panic::catch_unwind(|| server.on(event, |_, _, _| {})).expect_err("a panic");
        let once = std::panic::catch_unwind(|| server.once(event, |_, _, _| {})).expect_err("a panic");
        for panic in [on, once] {
            let words = panic.downcast::<String>().expect("words");
            assert!(words.contains(event) && words.contains("on_connect"), "{words}");
        }
        server.on("connection", |_, _, _| {});
    }
}

#[tokio::test]
async fn a_tuple_is_a_list_of_arguments_and_a_vec_is_one_whoever_sends_it() {
    let running = Running::start(quick(), |server| {
        server.on("pass on", |socket, args, ack| {
            socket.emit("passed", args)?;
            Ok(ack.ok_or("no acknowledgement")?.send(args)?)
        });
        server.on("list", |_, _, ack| Ok(ack.ok_or("no acknowledgement")?.send(&vec![1, 2])?));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    let server = running.server.clone();
    let socket = server.sockets().pop().expect("a socket");
    socket.emit("items", &vec![1, 2]).expect("sent");
    assert_eq!(ws.text().await, "42[\"items\",[1,2]]");
    socket.emit("items", &Vec::<i32>::new()).expect("sent");
    assert_eq!(ws.text().await, "42[\"items\",[]]");
    socket.emit("items", &(1, [2], None::<i32>)).expect("sent");
    assert_eq!(ws.text().await, "42[\"items\",1,[2],null]");
    assert!(socket.volatile().emit("item", &None::<i32>).expect("sent"));
    assert_eq!(ws.text().await, "42[\"item\",null]");
    server.emit("items", &serde_json::json!([1, null])).expect("sent");
    assert_eq!(ws.text().await, "42[\"items\",[1,null]]");
    server.to(socket.id().as_str()).emit("nothing", &()).expect("sent");
    assert_eq!(ws.text().await, "42[\"nothing\"]");
    let wait = Duration::from_secs(60);
    socket.emit_with_ack("ask", &vec![1], wait, |_| {}).expect("sent");
    assert_eq!(ws.text().await, "420[\"ask\",[1]]");
    ws.send("427[\"pass on\",1,[2],null]").await;
    assert_eq!(ws.text().await, "42[\"passed\",1,[2],null]");
    assert_eq!(ws.text().await, "437[1,[2],null]");
    ws.send("428[\"list\"]").await;
    assert_eq!(ws.text().await, "438[[1,2]]");
    running.stop().await;
}
