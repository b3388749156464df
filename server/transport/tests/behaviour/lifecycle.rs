//! How sockets come, go and fail, and how the server ends.

use std::sync::mpsc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use transport::{AckError, CloseReason, Config, Error, Refusal, SocketId, Value, listen, serve};

use crate::client::{Polling, Running, Ws, get_request, quick, read_answer, until, within};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test]
async fn a_panic_of_a_sockets_data_keeps_nobody_waiting() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), |server| {
        server.on_connect(|socket, _auth| {
            socket.set_data(Bomb);
        });
        server.namespace("/other").on_connect(|socket, _auth| {
            socket.set_data(Bomb);
        });
        server.namespace("/third").on_disconnect(move |_socket, reason| tell.send(reason).expect("the test runs"));
    })
    .await;
    let client = Polling::join(running.addr).await;
    client.post("40/other,\u{1e}40/third,").await;
    client.get().await;
    let waiting = client.waiting(&running.server.sockets().pop().expect("a socket")).await;
    client.post("41").await;
    within(waiting).await.expect("it is answered");
    let told = within(tokio::task::spawn_blocking(move || told.recv_timeout(Duration::from_secs(5)))).await;
    assert_eq!(told.expect("no panic"), Ok(CloseReason::HandlerPanic));
    let closes = running.server.metrics().snapshot().closes;
    assert_eq!(closes.get(CloseReason::HandlerPanic.as_str()), Some(&1), "{closes:?}");
    running.stop().await;
}

#[tokio::test]
async fn what_panics_when_it_is_dropped_costs_its_session_and_no_other() {
    let running = Running::start(quick(), |server| {
        server.middleware(|socket, _auth| {
            let bomb = Bomb;
            socket.on("x", move |_socket, _args, _ack| {
                let _held = &bomb;
            });
            Err(Refusal::new("no"))
        });
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    ws.send("40").await;
    while ws.next().await.is_some() {}
    let server = running.server.clone();
    until("the session to be gone", || server.metrics().snapshot().sessions == 0).await;
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn a_client_is_let_in_or_refused_by_its_auth() {
    let running = Running::start(quick(), |server| {
        server.namespace("/").on_connect(|socket, auth| {
            let name = auth.get("name").and_then(Value::as_str).ok_or_else(|| Refusal::with_data("who?", &[1, 2]))?;
            socket.set_data(name.to_owned());
            socket.join("named");
            socket.emit("welcome", name).expect("sent");
            Ok(())
        });
        server.namespace("/").on("who", |socket, _, ack| {
            let name = socket.data::<String>().expect("a name");
            assert!(socket.data::<u32>().is_none());
            ack.expect("an acknowledgement").send(name.as_str()).expect("sent");
        });
    })
    .await;
    let mut ws = Ws::open(running.addr).await;
    ws.send("40").await;
    assert_eq!(ws.text().await, "44{\"message\":\"who?\",\"data\":[1,2]}");
    ws.send("40/nowhere,").await;
    assert_eq!(ws.text().await, "44/nowhere,{\"message\":\"Invalid namespace\"}");
    assert_eq!(running.server.namespace("/").len(), 0);
    ws.send("40{\"name\":\"Ada\"}").await;
    assert!(ws.text().await.starts_with("40{\"sid\":"));
    assert_eq!(ws.text().await, "42[\"welcome\",\"Ada\"]", "what was sent on connecting follows the answer");
    ws.send("421[\"who\"]").await;
    assert_eq!(ws.text().await, "431[\"Ada\"]");
    assert_eq!(running.server.to("named").sockets().len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn a_panicking_handler_closes_its_own_socket_only() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), move |server| {
        let main = server.namespace("/");
        main.on("panic", |_, _, _| panic!("on purpose"));
        main.on("echo", |socket, args, _| socket.emit_args("echoed", args.clone()).expect("sent"));
        main.on_disconnect(move |_, reason| tell.send(reason).expect("the test waits"));
    })
    .await;
    let mut bystander = Ws::join(running.addr).await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("42[\"panic\"]").await;
    ws.closed().await;
    assert_eq!(told.recv().expect("a reason"), CloseReason::HandlerPanic);
    bystander.send("42[\"echo\",\"ok\"]").await;
    assert_eq!(bystander.text().await, "42[\"echoed\",\"ok\"]");
    drop(bystander);
    until("the end", || running.server.metrics().snapshot().sessions == 0).await;
    running.stop().await;
}

#[tokio::test]
async fn each_way_to_leave_tells_its_reason_once() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), move |server| {
        let main = server.namespace("/");
        main.on("out", |socket, args, _| {
            socket.disconnect(args.get(0).expect("a flag"), CloseReason::Application("enough"));
            assert!(socket.emit("too late", &()).is_err());
        });
        main.on_disconnect(move |socket, reason| {
            assert!(!socket.is_connected());
            tell.send(reason).expect("the test waits");
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    ws.send("41").await;
    ws.send("40").await;
    assert!(ws.text().await.starts_with("40"));
    assert_eq!(told.recv().expect("a reason"), CloseReason::ClientNamespaceDisconnect);
    ws.send("42[\"out\",false]").await;
    assert_eq!(ws.text().await, "41");
    assert_eq!(told.recv().expect("a reason"), CloseReason::Application("enough"));
    ws.send("40").await;
    assert!(ws.text().await.starts_with("40"));
    ws.send("42[\"out\",true]").await;
    assert_eq!(ws.text().await, "41");
    assert_eq!(ws.closed().await, None);
    assert_eq!(told.recv().expect("a reason"), CloseReason::Application("enough"));
    let gone = Ws::join(running.addr).await;
    drop(gone);
    let reason = tokio::task::spawn_blocking(move || (told.recv(), told)).await.expect("no panic");
    assert_eq!(reason.0, Ok(CloseReason::TransportClose));
    running.stop().await;
    assert!(reason.1.try_recv().is_err(), "nobody leaves twice");
}

#[tokio::test]
async fn an_acknowledgement_comes_fails_in_time_or_fails_with_the_socket() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    for wait in [Duration::from_secs(60), Duration::from_millis(20), Duration::from_secs(60)] {
        let tell = tell.clone();
        let answer = move |answer: Result<transport::Args, AckError>| {
            tell.send(answer.map(|args| args.get::<u32>(0).expect("a number"))).expect("the test waits");
        };
        socket.emit_with_ack("ask", &(), wait, answer).expect("sent");
    }
    for id in 0..3 {
        assert_eq!(ws.text().await, format!("42{id}[\"ask\"]"));
    }
    ws.send("430[7]").await;
    let told = tokio::task::spawn_blocking(move || {
        assert_eq!(told.recv(), Ok(Ok(7)));
        assert_eq!(told.recv(), Ok(Err(AckError::Timeout)));
        told
    });
    let told = within(told).await.expect("no panic");
    ws.send("431[\"late\"]").await;
    drop(ws);
    let last = tokio::task::spawn_blocking(move || told.recv());
    assert_eq!(within(last).await.expect("no panic"), Ok(Err(AckError::Closed)));
    running.stop().await;
}

#[tokio::test]
async fn too_many_open_acknowledgements_are_refused() {
    let running = Running::start(Config { max_pending_acks: 2, ..quick() }, |_| {}).await;
    let _ws = Ws::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let ask = || socket.emit_with_ack("ask", &(), Duration::from_secs(60), |_| {});
    assert!(ask().is_ok() && ask().is_ok());
    assert!(matches!(ask(), Err(transport::Error::TooManyAcks { limit: 2 })));
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_joins_nothing_is_closed() {
    let config = Config { connect_timeout: Duration::from_millis(50), ..quick() };
    let running = Running::start(config, |_| {}).await;
    let mut idle = Ws::open(running.addr).await;
    let mut joined = Ws::join(running.addr).await;
    idle.closed().await;
    until("the count", || running.server.metrics().snapshot().closes.get("forced server close") == Some(&1)).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    socket.emit("still", &()).expect("sent");
    assert_eq!(joined.text().await, "42[\"still\"]");
    running.stop().await;
}

#[tokio::test]
async fn a_shutdown_tells_every_socket_and_leaves_nothing() {
    let (tell, told) = mpsc::channel();
    let running = Running::start(quick(), move |server| {
        server.namespace("/").on_disconnect(move |_, reason| tell.send(reason).expect("the test waits"));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    let polling = Polling::join(running.addr).await;
    let server = running.server.clone();
    let sockets = server.namespace("/").sockets();
    let waiting = tokio::spawn({
        let polling = polling.clone();
        async move { polling.get().await.body }
    });
    until("both to be ready", || sockets.iter().all(transport::Socket::ready)).await;
    let closed = tokio::spawn(async move { ws.closed().await });
    running.stop().await;
    assert_eq!(within(closed).await.expect("no panic"), None);
    assert_eq!(within(waiting).await.expect("no panic"), "1");
    assert_eq!(told.iter().take(2).collect::<Vec<_>>(), [CloseReason::ServerShuttingDown; 2]);
    assert!(server.namespace("/").is_empty());
    assert!(sockets.iter().all(|s| s.emit("x", &()).is_err()));
}

#[tokio::test]
async fn a_closed_server_takes_nobody_and_is_served_no_longer() {
    let running = Running::start(quick(), |_| {}).await;
    let mut client = Ws::join(running.addr).await;
    let request = get_request("EIO=4&transport=polling");
    let (before, after) = request.split_at(20);
    let mut stream = TcpStream::connect(running.addr).await.expect("a connection");
    stream.write_all(before.as_bytes()).await.expect("sent");
    until("the connection", || running.server.metrics().snapshot().tcp == 2).await;
    running.server.close();
    stream.write_all(after.as_bytes()).await.expect("sent");
    assert_eq!(read_answer(&mut stream).await.status, 503);
    assert_eq!(client.closed().await, None);
    let server = running.server.clone();
    running.ended().await;
    let listener = listen("127.0.0.1:0").await.expect("a free port");
    within(serve(listener, server.router(), &server, std::future::pending())).await.expect("it stays closed");
}

#[tokio::test]
async fn nothing_follows_a_disconnect_on_connection() {
    let running = Running::start(quick(), |server| {
        server.on_connect(|socket, _auth| {
            socket.emit("bye", &()).expect("it waits");
            socket.disconnect(false, CloseReason::ServerNamespaceDisconnect);
            socket.emit("late", &()).expect("it waits, and is lost");
            Ok(())
        });
        server.on_disconnecting(|socket, _reason| {
            assert!(matches!(socket.emit("later", &()), Err(Error::Closed)));
        });
    })
    .await;
    let mut client = Ws::open(running.addr).await;
    client.send("40").await;
    assert!(client.text().await.starts_with("40{"));
    assert_eq!(client.text().await, "42[\"bye\"]");
    assert_eq!(client.text().await, "41");
    client.send("40").await;
    assert!(client.text().await.starts_with("40{"), "nothing came between");
    running.stop().await;
}

#[tokio::test]
async fn who_cannot_listen_is_told_where() {
    let listener = listen("127.0.0.1:0").await.expect("a free port");
    let taken = listener.local_addr().expect("an address").to_string();
    for (address, why) in [(taken.as_str(), "in use"), ("127.0.0.1", "invalid"), ("127.0.0.1:70000", "invalid")] {
        let error = listen(address).await.expect_err("not there");
        let told = error.to_string();
        assert!(told.starts_with(&format!("cannot listen on {address}: ")) && told.contains(why), "{told}");
    }
}

#[tokio::test]
async fn a_refusal_too_long_to_be_told_is_told_in_short() {
    let long = "z".repeat(300_000);
    let running = Running::start(quick(), |server| {
        let (data, words) = (long.clone(), long);
        server.namespace("/data").middleware(move |_socket, _auth| Err::<(), _>(Refusal::with_data("no", &data)));
        server.namespace("/words").middleware(move |_socket, _auth| Err::<(), _>(Refusal::new(&words)));
    })
    .await;
    let mut client = Ws::join(running.addr).await;
    client.send("40/data,").await;
    assert_eq!(client.text().await, "44/data,{\"message\":\"no\"}");
    client.send("40/words,").await;
    assert_eq!(client.text().await, "44/words,{\"message\":\"refused\"}");
    running.stop().await;
}

#[tokio::test]
async fn ids_and_rooms_can_be_sent_and_ids_read_from_arguments() {
    let running = Running::start(quick(), |server| {
        server.on_connect(|socket, _| {
            socket.join("a room");
            socket.emit("you", &socket.id()).expect("sent");
            socket.emit("rooms", &(socket.rooms(),)).expect("sent");
        });
        server.on("to", |socket, args, _| {
            let to = args.get::<SocketId>(0)?;
            socket.namespace().to(to).emit("from", &(socket.id(),))?;
            Ok(())
        });
        server.on_error(|socket, failure| socket.emit("wrong", &failure.to_string()).expect("sent"));
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    let id = running.server.sockets()[0].id();
    assert_eq!(ws.text().await, format!("42[\"you\",\"{id}\"]"));
    assert_eq!(ws.text().await, "42[\"rooms\",[\"a room\"]]");
    ws.send(&format!("42[\"to\",\"{id}\"]")).await;
    assert_eq!(ws.text().await, format!("42[\"from\",\"{id}\"]"));
    ws.send("42[\"to\",\"nobody\"]").await;
    assert!(ws.text().await.contains("20 characters of base64url"), "other text is no id");
    running.stop().await;
}

#[tokio::test]
async fn a_connect_handlers_volatile_events_are_dropped_and_its_latest_ones_wait_until_the_client_is_in() {
    let running = Running::start(quick(), |server| {
        server.on_connect(|socket, _| {
            assert!(!socket.is_connected() && !socket.writable());
            assert!(!socket.volatile().emit("volatile", &()).expect("no error"));
            socket.latest("lane", || transport::Update::event("latest", &1).ok()).expect("a lane");
            socket.emit("event", &()).expect("it waits");
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    assert_eq!([ws.text().await, ws.text().await], ["42[\"event\"]", "42[\"latest\",1]"]);
    running.stop().await;
}
