//! Sends every `message` on to everyone. Point any Socket.IO client at http://127.0.0.1:3001.

use transport::{Config, Server, serve};

#[tokio::main]
async fn main() -> Result<(), transport::Error> {
    let server = Server::new(Config::default())?;
    let main = server.namespace("/");
    main.on_connect(|socket, _auth| {
        println!("{} connected", socket.id());
        Ok(())
    });
    main.on("message", |socket, args, _ack| {
        if let Err(error) = socket.namespace().emit("message", args.as_slice()) {
            println!("{}: {error}", socket.id());
        }
    });
    main.on_disconnect(|socket, reason| println!("{} left: {reason}", socket.id()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3001").await?;
    serve(listener, server.router(), &server, std::future::pending()).await
}
