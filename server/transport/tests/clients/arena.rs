//! What today's clients play with: an application that uses each part of the interface once. `/` lets everybody in, `/door` wants
//! a token, and there are as many `/room-N` as are asked for.

use std::time::Duration;

use transport::{Ack, Args, CloseReason, HandlerError, Namespace, Refusal, Server, Update, Value};

/// How long clients have to answer what they are asked for.
const LONG: Duration = Duration::from_secs(10);
/// How long they have where they are meant to fail.
const SHORT: Duration = Duration::from_millis(100);

/// Fills `io`.
pub(crate) fn set_up(io: &Server) {
    common(&io.namespace("/"));
    let door = io.namespace("/door");
    common(&door);
    door.middleware(|socket, auth| match auth.get("token").and_then(Value::as_str) {
        Some("sesame") => {
            socket.set_data(auth.clone());
            Ok(())
        }
        Some(wrong) => Err(Refusal::with_data("wrong token", &(wrong, 7))),
        None => Err(Refusal::new("no token")),
    });
    door.on_connect(|socket, auth| drop(socket.emit("welcome", auth)));
    let rooms = io.namespace_matching(|name, _| name.starts_with("/room-"));
    rooms.on("where", |socket, _, ack| answer(ack, socket.namespace().name()));
}

fn answer<T: serde::Serialize + ?Sized>(ack: Option<Ack>, args: &T) -> Result<(), HandlerError> {
    Ok(ack.ok_or("no acknowledgement was asked for")?.send(args)?)
}

fn common(namespace: &Namespace) {
    namespace.on("echo", |_, args, ack| answer(ack, args));
    namespace.on("say", |socket, args, _| Ok(socket.emit_args("said", args.clone())?));
    asking(namespace);
    choosing(namespace);
    namespace.event_middleware(|_, event, _| if event == "forbidden" { Err("forbidden".into()) } else { Ok(()) });
    namespace.on_error(|socket, failure| drop(socket.emit("problem", &failure.to_string())));
    namespace.on("forbidden", |socket, _, _| Ok(socket.emit("forbidden was handled", &())?));
    namespace.on("fail", |_, args, _| {
        args.get::<u32>(0)?;
        Ok(())
    });
    namespace.on("panic", |_, _, _| panic!("a client asked for it"));
    namespace.on("out", |socket, args, _| {
        socket.disconnect(args.get(0)?, CloseReason::Application("sent away"));
        Ok(())
    });
    namespace.on("volatile", |socket, _, _| {
        for number in 0..3 {
            socket.volatile().emit("said", &number)?;
        }
        Ok(())
    });
    // Worthless later: as an event that is dropped where the client is behind, and as the newest of a lane.
    namespace.on("tell briefly", |socket, args, ack| {
        let told = Args::from(args.as_slice()[1..].to_vec());
        answer(ack, &socket.namespace().to(args.get::<&str>(0)?).volatile().emit_args("told", told)?)
    });
    namespace
        .on("tell me briefly", |socket, args, ack| answer(ack, &socket.volatile().emit_args("told", args.clone())?));
    namespace.on("tell me the newest", |socket, args, _| {
        let told = args.clone();
        Ok(socket.latest("newest", move || Some(Update::event_args("told", told)))?)
    });
    namespace.on("remember", |socket, args, ack| {
        socket.set_data(args.value(0).cloned().unwrap_or(Value::Null));
        answer(ack, &())
    });
    namespace.on("recall", |socket, _, ack| answer(ack, &[socket.data::<Value>().as_deref()]));
    namespace.on("who", |socket, _, ack| answer(ack, &(socket.id().as_str(), socket.handshake().query("transport"))));
}

/// The server asks back.
fn asking(namespace: &Namespace) {
    namespace.on("ask me", |socket, args, _| {
        let (socket, args) = (socket.clone(), args.clone());
        tokio::spawn(async move {
            let asked = socket.timeout(LONG).emit_with_ack("question", &args).expect("sent").await;
            socket.emit_args("you answered", asked.expect("an answer")).expect("sent");
        });
    });
    namespace.on("ask me briefly", |socket, _, _| {
        let asker = socket.clone();
        let told = move |answer: Result<Args, _>| drop(asker.emit("too late", &answer.is_err()));
        Ok(socket.emit_with_ack("question", &(), SHORT, told)?)
    });
    namespace.on("ask all", |socket, args, ack| {
        let wait = args.get::<Option<u64>>(1)?.map_or(LONG, Duration::from_millis);
        let asked = socket.namespace().to(args.get::<&str>(0)?).timeout(wait).emit_with_ack("question", &())?;
        tokio::spawn(async move {
            let (answers, missing) = match asked.await {
                Ok(answers) => (answers, 0),
                Err(partial) => (partial.answers, partial.missing.len()),
            };
            let answers: Vec<Value> = answers.into_iter().flat_map(|(_, args)| args.into_values()).collect();
            ack.expect("an acknowledgement").send(&(answers, missing)).expect("sent");
        });
        Ok(())
    });
}

/// Rooms and those in them.
fn choosing(namespace: &Namespace) {
    namespace.on("join", |socket, args, ack| {
        socket.join(args.get::<Vec<String>>(0)?);
        answer(ack, &[socket.rooms().iter().map(|room| room.to_string()).collect::<Vec<_>>()])
    });
    namespace.on("leave", |socket, args, ack| {
        socket.leave(args.get::<&str>(0)?);
        answer(ack, &())
    });
    // To a room or socket, to all others but those of the second room, to everybody.
    namespace.on("tell", |socket, args, ack| {
        let told = socket.to(args.get::<&str>(0)?).emit("told", &[args.value(1)])?;
        answer(ack, &told)
    });
    namespace.on("tell except", |socket, args, ack| {
        let told = socket.except(args.get::<&str>(0)?).emit("told", &[args.value(1)])?;
        answer(ack, &told)
    });
    namespace.on("tell all", |socket, args, ack| {
        let told = socket.namespace().emit_args("told", args.clone())?;
        answer(ack, &told)
    });
}
