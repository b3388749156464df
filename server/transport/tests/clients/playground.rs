//! What clients play with: an application with a bit of everything, in `/` and in `/chat`, which wants a token.

use std::time::Duration;

use transport::{CloseReason, Namespace, Refusal, Server, Value};

/// Fills `server`.
pub(crate) fn set_up(server: &Server) {
    common(&server.namespace("/"));
    let chat = server.namespace("/chat");
    common(&chat);
    chat.on_connect(|socket, auth| match auth.get("token").and_then(Value::as_str) {
        Some("sesame & more") => socket.emit("auth", auth).map_err(|error| Refusal::new(error.to_string())),
        Some(_) => Err(Refusal::with_data(
            "wrong token",
            &[("code", 7)].into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        )),
        None => Err(Refusal::new("no token")),
    });
}

fn common(namespace: &Namespace) {
    // Acknowledges with the arguments.
    namespace.on("echo", |_, args, ack| {
        if let Some(ack) = ack {
            let _ = ack.send(args);
        }
    });
    // Says the arguments back as an event.
    namespace.on("say", |socket, args, _| {
        let _ = socket.emit_args("said", args.clone());
    });
    // Asks the client the arguments, and tells it what it answered.
    namespace.on("ask me", |socket, args, _| {
        let asker = socket.clone();
        let _ = socket.emit_with_ack("question", args, Duration::from_secs(10), move |answer| {
            if let Ok(answer) = answer {
                let _ = asker.emit_args("you answered", answer);
            }
        });
    });
    // Acknowledges with the id the client should know itself by.
    namespace.on("who am i", |socket, _, ack| {
        if let Some(ack) = ack {
            let _ = ack.send(&socket.client_id());
        }
    });
    namespace.on("join", |socket, args, ack| {
        if let Ok(room) = args.get::<&str>(0) {
            socket.join(room);
        }
        if let Some(ack) = ack {
            let _ = ack.send(&());
        }
    });
    // Sends the second argument to the room, or the socket, that the first one names, but not to the sender.
    namespace.on("tell", |socket, args, _| {
        if let (Ok(room), Some(said)) = (args.get::<&str>(0), args.value(1)) {
            let _ = socket.to(room).emit("told", &[said]);
        }
    });
    // Sends the argument to everybody.
    namespace.on("tell all", |socket, args, _| {
        let _ = socket.namespace().emit("told", args);
    });
    namespace.on("leave me", |socket, _, _| socket.disconnect(false, CloseReason::ServerNamespaceDisconnect));
    namespace.on("hang up", |socket, _, _| socket.disconnect(true, CloseReason::ForcedServerClose));
}
