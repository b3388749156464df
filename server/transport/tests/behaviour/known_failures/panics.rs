//! Handlers that panic: one connection ends, and everybody else stays.

use std::time::Duration;

use transport::{CloseReason, Server, Update};

use crate::client::{Polling, Running, Ws, quick, until};
use crate::tools::{all_bad, echo, finish};

fn panicking(server: &Server) {
    echo(server);
    let main = server.namespace("/");
    main.on("event", |_, _, _| panic!("an event"));
    main.on("asked", |_, _, ack| {
        let _ack = ack.expect("an acknowledgement");
        panic!("an event that wants an answer")
    });
    main.on("ask", |socket, _, _| {
        socket.emit_with_ack("question", &(), Duration::from_secs(5), |_| panic!("an answer")).expect("asked");
    });
    main.on("late", |socket, _, _| {
        socket.emit_with_ack("question", &(), Duration::from_millis(10), |_| panic!("no answer")).expect("asked");
    });
    server.namespace("/door").on_connect(|_, _| panic!("a client that joins"));
    server.namespace("/exit").on_disconnect(|_, _| panic!("a client that leaves"));
}

#[tokio::test]
async fn a_handler_that_panics_closes_one_connection_and_no_other() {
    let running = Running::start(quick(), panicking).await;
    let mut bystander = Ws::join(running.addr).await;
    let scripts: [&[&str]; 6] = [
        &["42[\"event\"]"],
        &["427[\"asked\"]"],
        &["42[\"ask\"]", "430[]"],
        &["42[\"late\"]"],
        &["40/door,"],
        &["40/exit,", "41/exit,"],
    ];
    for (count, script) in (1..).zip(scripts) {
        let mut ws = Ws::join(running.addr).await;
        for message in script {
            ws.send(message).await;
        }
        ws.closed().await;
        let reason = CloseReason::HandlerPanic.as_str();
        until("the count", || running.server.metrics().snapshot().closes.get(reason) == Some(&count)).await;
        bystander.send("42[\"echo\",1]").await;
        assert_eq!(bystander.text().await, "42[\"echoed\",1]", "{script:?}");
    }
    assert_eq!(all_bad(&running), 0, "it is the server's fault");
    drop(bystander);
    finish(running).await;
}

#[tokio::test]
async fn a_handler_that_panics_over_polling_closes_its_session_only() {
    let running = Running::start(quick(), panicking).await;
    let bystander = Polling::join(running.addr).await;
    let client = Polling::join(running.addr).await;
    client.post("42[\"event\"]\u{1e}42[\"echo\",1]").await;
    until("the end", || running.server.metrics().snapshot().sessions == 1).await;
    assert_eq!(client.post("42[\"echo\",1]").await.status, 400);
    assert_eq!(bystander.post("42[\"echo\",1]").await.body, "ok");
    assert_eq!(bystander.get().await.body, "42[\"echoed\",1]");
    assert_eq!(bystander.post("1").await.body, "ok");
    finish(running).await;
}

#[tokio::test]
async fn a_panic_with_the_connections_own_disconnect_handler_leaves_nothing() {
    let running = Running::start(quick(), |server| {
        echo(server);
        server.namespace("/twice").on("event", |_, _, _| panic!("first"));
        server.namespace("/twice").on_disconnect(|_, _| panic!("second"));
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    ws.send("40/twice,").await;
    ws.text().await;
    ws.send("42/twice,[\"event\"]").await;
    ws.closed().await;
    drop(ws);
    until("the end", || running.server.namespace("/twice").is_empty()).await;
    finish(running).await;
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("dropped");
        }
    }
}

#[tokio::test]
async fn what_a_listener_or_a_producer_holds_may_panic_when_it_is_dropped() {
    let running = Running::start(quick(), |server| {
        echo(server);
        server.on("listen", |socket, _, _| {
            let bomb = Bomb;
            socket.on("never", move |_, _, _| {
                let _ = &bomb;
            });
        });
        server.on("produce", |socket, _, _| {
            let bomb = Bomb;
            // The answer that this handler sends is in the way.
            socket.emit("first", &()).expect("sent");
            let produced = socket.latest("lane", move || Update::event("never", &std::mem::size_of_val(&bomb)).ok());
            produced.expect("it waits");
            socket.disconnect(false, CloseReason::ServerNamespaceDisconnect);
        });
    })
    .await;
    for event in ["listen", "produce"] {
        let mut ws = Ws::join(running.addr).await;
        ws.send(&format!("42[\"{event}\"]")).await;
        ws.send("41").await;
        ws.closed().await;
    }
    let reason = CloseReason::HandlerPanic.as_str();
    until("the count", || running.server.metrics().snapshot().closes.get(reason) == Some(&2)).await;
    finish(running).await;
}
