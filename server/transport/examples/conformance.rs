//! The server that the protocols' public test suites expect: `conformance [ADDR]`, by default 127.0.0.1:3000.
//!
//! Engine.IO at `/engine.io/` sends every message back. Socket.IO at `/socket.io/` tells a client in `/` and `/custom` its
//! authentication as `auth`, and in `/` answers `message` with `message-back` and acknowledges `message-with-ack`. Both take
//! revision 3 and 4 of Engine.IO, ping every 300 ms and wait 200 ms for the answer.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use engineio::ErrorCode;
use http::{StatusCode, header};
use transport::{Config, Cors, EngineServer, Error, Refusal, Revision, Server, Value, listen, serve};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let addr = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let (engine, socket) = servers()?;
    let listener = listen(&addr).await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, router(&engine, &socket), &socket, std::future::pending()).await
}

/// Time between the answer to CONNECT and the event behind it. The suite for revision 4 listens for one message at a time, and
/// loses one that comes with the one before.
const APART: Duration = Duration::from_millis(10);

/// The settings the suites expect.
pub(crate) fn config(path: &str) -> Config {
    Config {
        path: path.to_owned(),
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        connect_timeout: Duration::from_millis(1_000),
        max_payload: 1_000_000,
        allow_eio3: true,
        // The suites also run in a browser, from a page of another origin.
        cors: Cors::Any,
        ..Config::default()
    }
}

/// The Engine.IO server and the Socket.IO server.
pub(crate) fn servers() -> Result<(EngineServer, Server), Error> {
    let engine = EngineServer::new(config("/engine.io/"))?;
    engine.on_connection(|socket| {
        socket.on_message(|socket, message| {
            let _ = socket.send(message.clone());
        });
    });

    let server = Server::new(config("/socket.io/"))?;
    for name in ["/", "/custom"] {
        server.namespace(name).on_connect(|socket, auth| {
            let auth = if *auth == Value::Null { Value::Map(Vec::new()) } else { auth.clone() };
            if socket.revision() == Revision::V3 {
                return socket.emit("auth", &auth).map_err(|error| Refusal::new(error.to_string()));
            }
            let socket = socket.clone();
            tokio::spawn(async move {
                tokio::time::sleep(APART).await;
                let _ = socket.emit("auth", &auth);
            });
            Ok(())
        });
    }
    let main = server.namespace("/");
    main.on("message", |socket, args, _| {
        let _ = socket.emit_args("message-back", args.clone());
    });
    main.on("message-with-ack", |_, args, ack| {
        if let Some(ack) = ack {
            let _ = ack.send(args);
        }
    });
    Ok((engine, server))
}

/// Both on one port.
pub(crate) fn router(engine: &EngineServer, server: &Server) -> Router {
    engine.router().merge(server.router()).layer(from_fn(only_known_revisions))
}

/// The suites want a revision that is neither 3 nor 4 to be refused. The reference server, and so this one, takes anything
/// but 4 for 3 where it allows that.
async fn only_known_revisions(request: Request, next: Next) -> Response {
    let mut parameters = request.uri().query().unwrap_or_default().split('&');
    if parameters.any(|parameter| matches!(parameter, "EIO=3" | "EIO=4")) {
        return next.run(request).await;
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::BAD_REQUEST, kind, ErrorCode::UnsupportedVersion.json()).into_response()
}
