//! Middlewares of namespaces and of events.

use std::sync::mpsc;

use transport::{Refusal, Value};

use crate::client::{Running, Ws, quick};

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
