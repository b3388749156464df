//! Sends every `message` on to everyone. Point any Socket.IO client at http://127.0.0.1:3001.

use transport::{Config, Error, Server, listen, serve};

pub(crate) fn install(io: &Server) {
    io.on_connect(|socket, _auth| println!("{} connected", socket.id()));
    io.on("message", |socket, args, _ack| {
        socket.namespace().emit_args("message", args.clone())?;
        Ok(())
    });
    io.on_disconnect(|socket, reason| println!("{} left: {reason}", socket.id()));
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let io = Server::new(Config::default())?;
    install(&io);
    let listener = listen("127.0.0.1:3001").await?;
    serve(listener, io.router(), &io, std::future::pending()).await
}
