//! A chat with rooms, private messages, "is typing" and a list of users. Connect with `auth: { name }` to
//! http://127.0.0.1:3002.

use transport::{Ack, Config, Error, HandlerError, Namespace, Refusal, Server, Socket, Value, listen, serve};

/// The name a client connected with, kept as the socket's data.
struct Name(String);

fn name(socket: &Socket) -> String {
    socket.data::<Name>().map(|name| name.0.clone()).unwrap_or_default()
}

fn named(chat: &Namespace, wanted: &str) -> Option<Socket> {
    chat.sockets().into_iter().find(|socket| name(socket) == wanted)
}

fn users(sockets: &[Socket]) -> Vec<String> {
    let mut names: Vec<_> = sockets.iter().map(name).collect();
    names.sort();
    names
}

fn answer(ack: Option<Ack>, args: &impl serde::Serialize) -> Result<(), HandlerError> {
    Ok(ack.map_or(Ok(()), |ack| ack.send(args))?)
}

pub(crate) fn install(io: &Server) {
    io.middleware(|socket, auth| {
        let wanted = auth.get("name").and_then(Value::as_str).filter(|name| (1..=24).contains(&name.len()));
        let wanted = wanted.ok_or_else(|| Refusal::new("a name of 1 to 24 characters is needed"))?;
        if named(socket.namespace(), wanted).is_some() {
            return Err(Refusal::with_data("this name is taken", &[wanted]));
        }
        socket.set_data(Name(wanted.to_owned()));
        Ok(())
    });
    io.on_connect(|socket, _| drop(socket.broadcast().emit("online", &name(socket))));
    io.on_disconnecting(|socket, _| {
        drop(socket.to(socket.rooms()).emit("left", &name(socket)));
        drop(socket.broadcast().emit("offline", &name(socket)));
    });
    // Without it, who sends a wrong argument would be taken out of the namespace.
    io.on_error(|socket, failure| eprintln!("{}: {failure}", name(socket)));
    io.on("join", |socket, args, ack| {
        let room = args.get::<String>(0)?;
        socket.join(&room);
        socket.to(&room).emit("joined", &(&room, name(socket)))?;
        answer(ack, &[users(&socket.namespace().to(&room).sockets())])
    });
    io.on("leave", |socket, args, _| {
        let room = args.get::<String>(0)?;
        socket.leave(&room);
        socket.to(&room).emit("left", &name(socket))?;
        Ok(())
    });
    io.on("message", |socket, args, _| {
        let (room, text) = (args.get::<&str>(0)?, args.get::<&str>(1)?);
        socket.namespace().to(room).emit("message", &(room, name(socket), text))?;
        Ok(())
    });
    io.on("private", |socket, args, ack| {
        let (to, text) = (named(socket.namespace(), args.get(0)?), args.get::<&str>(1)?);
        let sent = to.map(|to| to.emit("private", &(name(socket), text))).transpose()?.is_some();
        answer(ack, &sent)
    });
    io.on("typing", |socket, args, _| {
        let room = args.get::<&str>(0)?;
        socket.to(room).volatile().emit("typing", &(room, name(socket)))?;
        Ok(())
    });
    io.on("users", |socket, _, ack| answer(ack, &[users(&socket.namespace().sockets())]));
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let io = Server::new(Config::default())?;
    install(&io);
    let listener = listen("127.0.0.1:3002").await?;
    serve(listener, io.router(), &io, std::future::pending()).await
}
