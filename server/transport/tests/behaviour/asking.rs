//! Acknowledgements the server asks for: awaited, by many at once, and given up.

use std::sync::mpsc;
use std::time::Duration;

use transport::{AckError, Config, Error, Refusal};

use crate::client::{Polling, Running, Ws, quick, until, within};

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_answer_is_awaited() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    let answer = socket.timeout(LONG).emit_with_ack("sum", &(2, 3)).expect("sent");
    assert_eq!(ws.text().await, "420[\"sum\",2,3]", "it was sent without being awaited");
    ws.send("430[5]").await;
    assert_eq!(within(answer).await.expect("an answer").get::<i32>(0), Ok(5));
    let late = socket.timeout(Duration::from_millis(20)).emit_with_ack("late", &()).expect("sent");
    assert_eq!(within(late).await, Err(AckError::Timeout));
    let lost = socket.timeout(LONG).emit_with_ack("lost", &()).expect("sent");
    drop(ws);
    assert_eq!(within(lost).await, Err(AckError::Closed));
    until("the socket to leave", || !socket.is_connected()).await;
    assert!(matches!(socket.timeout(LONG).emit_with_ack("gone", &()), Err(Error::Closed)));
    running.stop().await;
}

/// The number under which the next message asks for an acknowledgement.
async fn number(ws: &mut Ws) -> String {
    let asked = ws.text().await;
    asked.strip_prefix("42").expect("an event").chars().take_while(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn an_answer_that_is_late_does_not_answer_what_is_asked_on_a_later_connection_or_joining() {
    let running = Running::start(quick(), |_| {}).await;
    let ask = || {
        let socket = running.server.sockets().pop().expect("a socket");
        socket.timeout(LONG).emit_with_ack("ask", &()).expect("sent")
    };
    let mut ws = Ws::join(running.addr).await;
    let first = ask();
    let first_number = number(&mut ws).await;
    drop(ws);
    assert_eq!(within(first).await, Err(AckError::Closed));
    let mut ws = Ws::join(running.addr).await;
    let second = ask();
    let second_number = number(&mut ws).await;
    ws.send(&format!("43{first_number}[1]")).await;
    ws.send("41").await;
    assert_eq!(within(second).await, Err(AckError::Closed));
    ws.send("40").await;
    assert!(ws.text().await.starts_with("40{"));
    let third = ask();
    let third_number = number(&mut ws).await;
    ws.send(&format!("43{second_number}[2]")).await;
    ws.send(&format!("43{third_number}[3]")).await;
    assert_eq!(within(third).await.expect("an answer").get::<i32>(0), Ok(3));
    let strays = running.server.metrics().snapshot().bad(transport::BadInput::Ack);
    assert_eq!(strays, 0, "they are late, not strange");
    running.stop().await;
}

#[tokio::test]
async fn an_answer_to_a_client_that_has_left_does_not_reach_its_later_joining() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), |server| {
        server.on("ask", move |_, _, ack| tell.send(ack.expect("it is asked")).expect("the test waits"));
        server.on("last", |_, _, ack| ack.expect("it is asked").send("last").expect("sent"));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    for message in ["420[\"ask\"]", "41", "40"] {
        ws.send(message).await;
    }
    assert!(ws.text().await.starts_with("40{"));
    let ack = told.try_recv().expect("it was asked before");
    assert!(matches!(ack.send("late"), Err(Error::Closed)));
    ws.send("420[\"last\"]").await;
    assert_eq!(ws.text().await, "430[\"last\"]");
    running.stop().await;
}

#[tokio::test]
async fn a_handler_answers_later_from_a_task_of_its_own() {
    let running = Running::start(quick(), |server| {
        server.on("relay", |socket, _, ack| {
            let (socket, ack) = (socket.clone(), ack.ok_or("no acknowledgement")?);
            tokio::spawn(async move {
                let answer = socket.timeout(LONG).emit_with_ack("question", &()).expect("sent").await;
                ack.send(&answer.expect("an answer").get::<String>(0).expect("text")).expect("sent");
            });
            Ok(())
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("429[\"relay\"]").await;
    assert_eq!(ws.text().await, "420[\"question\"]");
    ws.send("430[\"forty-two\"]").await;
    assert_eq!(ws.text().await, "439[\"forty-two\"]");
    running.stop().await;
}

#[tokio::test]
async fn a_broadcast_gathers_the_answers_of_all() {
    let running = Running::start(quick(), |_| {}).await;
    let server = running.server.clone();
    let nobody = server.all().timeout(LONG).emit_with_ack("ask", &()).expect("sent");
    assert!(within(nobody).await.expect("nothing is missing").is_empty());
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(Ws::join(running.addr).await);
    }
    let answers = server.all().timeout(LONG).emit_with_ack("ask", &(1, 2)).expect("sent");
    for (number, ws) in clients.iter_mut().enumerate() {
        assert_eq!(ws.text().await, format!("42{number}[\"ask\",1,2]"), "the numbers are the whole server's");
        ws.send(&format!("43{number}[{number}]")).await;
    }
    let answers = within(answers).await.expect("all have answered");
    let mut numbers: Vec<i32> = answers.iter().map(|(_, args)| args.get(0).expect("a number")).collect();
    numbers.sort();
    assert_eq!(numbers, [0, 1, 2]);
    assert!(answers.iter().all(|(id, _)| server.socket(id).is_some()));
    running.stop().await;
}

#[tokio::test]
async fn a_broadcast_tells_who_did_not_answer_and_keeps_the_answers_that_came() {
    let running = Running::start(Config { max_pending_acks: 1, ..quick() }, |_| {}).await;
    let server = running.server.clone();
    let mut clients = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..4 {
        clients.push(Ws::join(running.addr).await);
        let fresh = server.sockets().into_iter().map(|socket| socket.id()).find(|id| !ids.contains(id));
        ids.push(fresh.expect("a new socket"));
    }
    let [good, silent, leaving, busy] = &mut clients[..] else { panic!("four clients") };
    let occupied = server.socket(&ids[3]).expect("it is in").timeout(LONG).emit_with_ack("first", &()).expect("sent");
    let answers = server.all().timeout(Duration::from_millis(300)).emit_with_ack("ask", &()).expect("sent");
    assert_eq!(good.text().await, "421[\"ask\"]");
    good.send("431[\"yes\"]").await;
    assert_eq!(leaving.text().await, "423[\"ask\"]");
    leaving.send("41").await;
    assert_eq!(busy.text().await, "420[\"first\"]");
    assert_eq!(silent.text().await, "422[\"ask\"]");
    let partial = within(answers).await.expect_err("three are missing");
    assert_eq!(partial.to_string(), "3 of 4 clients did not answer");
    assert_eq!(partial.answers.len(), 1);
    assert_eq!(partial.answers[0].0, ids[0]);
    let reason = |id| partial.missing.iter().find(|(missing, _)| *missing == id).map(|(_, error)| *error);
    assert_eq!(
        [reason(ids[1]), reason(ids[2]), reason(ids[3])],
        [Some(AckError::Timeout), Some(AckError::Closed), Some(AckError::NotSent)]
    );
    busy.send("430[]").await;
    assert!(within(occupied).await.is_ok());
    running.stop().await;
}

#[tokio::test]
async fn nothing_is_left_of_a_broadcast_when_its_clients_leave() {
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let polling = Polling::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    let held = std::sync::Arc::new(());
    let token = held.clone();
    socket.emit_with_ack("keep", &(), LONG, move |_| drop(token)).expect("sent");
    let answers = running.server.all().timeout(LONG).emit_with_ack("ask", &()).expect("sent");
    ws.send("41").await;
    polling.post("1").await;
    let partial = within(answers).await.expect_err("both have left");
    assert!(partial.missing.iter().all(|(_, error)| *error == AckError::Closed), "{partial:?}");
    until("the callback to be dropped", || std::sync::Arc::strong_count(&held) == 1).await;
    running.stop().await;
}

#[tokio::test]
async fn what_was_asked_of_a_client_that_is_then_refused_fails() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), move |server| {
        server.on_connect(move |socket, _| {
            let (tell, again) = (tell.clone(), socket.clone());
            let answer = move |result: Result<transport::Args, AckError>| {
                // A callback may use its socket, whatever has become of it.
                assert!(again.emit("x", &()).is_err());
                tell.send(result).expect("the test waits");
            };
            socket.emit_with_ack("ask", &(), LONG, answer).map_err(|error| Refusal::new(error.to_string()))?;
            Err(Refusal::new("no"))
        });
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    ws.send("40").await;
    assert_eq!(ws.text().await, "44{\"message\":\"no\"}");
    let told = tokio::task::spawn_blocking(move || told.recv().expect("an answer"));
    assert_eq!(within(told).await.expect("no panic"), Err(AckError::Closed));
    running.stop().await;
}

#[tokio::test]
async fn what_is_asked_on_joining_and_cannot_be_sent_fails_and_what_follows_is_sent() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(Config { max_pending_acks: 1, ..quick() }, move |server| {
        server.on_connect(move |socket, _| {
            for _ in 0..2 {
                let (tell, again) = (tell.clone(), socket.clone());
                let answer = move |result: Result<transport::Args, AckError>| {
                    again.emit("told", &()).expect("sent");
                    tell.send(result).expect("the test waits");
                };
                socket.emit_with_ack("ask", &(), LONG, answer).expect("queued");
            }
            socket.emit("after", &()).expect("queued");
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    assert_eq!(ws.text().await, "420[\"ask\"]");
    assert_eq!(ws.text().await, "42[\"after\"]");
    assert_eq!(ws.text().await, "42[\"told\"]");
    assert_eq!(told.try_recv(), Ok(Err(AckError::Closed)));
    running.stop().await;
}

#[tokio::test]
async fn what_cannot_be_asked_of_who_is_gone_is_told_by_the_error_alone() {
    let running = Running::start(quick(), |_| {}).await;
    let ws = Ws::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    drop(ws);
    until("it to be gone", || running.server.is_empty()).await;
    let (tell, told) = std::sync::mpsc::channel();
    let asked = socket.emit_with_ack("x", &"x".repeat(300_000), Duration::from_secs(1), move |_| {
        tell.send(()).expect("the test runs");
    });
    assert!(asked.is_err(), "{asked:?}");
    assert!(told.recv().is_err(), "the callback is dropped without running");
    running.stop().await;
}
