//! The Socket.IO endpoint: checks a request as the reference server does, in the same order, and hands it to the polling or
//! WebSocket side.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::any;
use engineio::{ErrorCode, Revision, Transport};
use http::{Method, StatusCode, header};

use super::answer::{plain, refused};
use super::query::Query;
use super::{admission, cors, origin, polling, websocket};
use crate::address;
use crate::config::Cors;
use crate::error::BadInput;
use crate::handshake::{HandshakeRequest, Opening};
use crate::hooks::ConnectionError;
use crate::id::SocketId;
use crate::server::Server;
use crate::slots::Slot;

impl Server {
    /// The routes of the endpoint, to be merged with an application's own: `app.merge(io.router())`. Serve them with
    /// [`serve`](crate::serve): the WebSocket side takes the TCP stream over from there. Under another accept loop, such as
    /// `axum::serve`, its requests are answered with 500, which is logged as an error once; and all others too where the loop does
    /// not tell the peer's address.
    pub fn router(&self) -> Router {
        let path = self.config().bare_path();
        Router::new()
            .route(path, any(endpoint))
            .route(&format!("{path}/"), any(endpoint))
            .route(&format!("{path}/{{*rest}}"), any(endpoint))
            .with_state(self.clone())
    }
}

async fn endpoint(State(server): State<Server>, request: Request) -> Response {
    let config = server.config();
    if !origin::allowed(&config.cors, request.headers()) {
        server.metrics().bad_input(BadInput::Origin);
        let origin = request.headers().get(header::ORIGIN);
        if origin.is_some_and(|origin| server.strangers().is_new(origin)) {
            tracing::warn!(?origin, "a page of another origin was refused; Config::cors says which may connect");
        } else {
            tracing::debug!(?origin, "request of a foreign page refused");
        }
        return refused(ErrorCode::Forbidden, None, websocket::is_upgrade(&request));
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS && config.cors != Cors::Off {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        cors::preflight(request.headers(), response.headers_mut());
        response
    } else {
        answer(&server, request).await
    };
    cors::allow(&config.cors, origin.as_ref(), response.headers_mut());
    response
}

async fn answer(server: &Server, request: Request) -> Response {
    if let Some(response) = client_file(server, &request) {
        return response;
    }
    let shared = server.shared();
    let upgrade = websocket::is_upgrade(&request);
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() else {
        return misplaced(server, "the endpoint is not served by transport::serve");
    };
    if upgrade && request.extensions().get::<Arc<Slot>>().is_none() {
        return misplaced(server, "WebSockets are served by transport::serve only");
    }
    let uri = request.uri().clone();
    let query = Query::parse(uri.query().unwrap_or_default());
    let told = server.hooks().refused().map(|hook| (hook, request.headers().clone()));
    let refuse_with = |code: ErrorCode, words: Option<&str>| {
        let message = words.unwrap_or(code.message());
        shared.metrics.bad_input(BadInput::Request);
        tracing::debug!(%peer, code = code.number(), "request refused: {message}");
        if let Some((hook, headers)) = &told {
            let request = HandshakeRequest { headers, uri: &uri, address: peer };
            hook(&ConnectionError { request, code: code.number(), message });
        }
        refused(code, words, upgrade)
    };
    let refuse = |code: ErrorCode| refuse_with(code, None);
    let transport = match query.transport.as_deref().unwrap_or_default().parse::<Transport>() {
        Ok(Transport::Polling) if shared.config.polling => Transport::Polling,
        Ok(Transport::WebSocket) if shared.config.websocket => Transport::WebSocket,
        _ => return refuse(ErrorCode::TransportUnknown),
    };
    // Whether the request is what the transport asks for; the reference server looks at it last.
    let fits = (transport == Transport::WebSocket) == upgrade;
    if let Some(sid) = &query.sid {
        let Some(conn) = SocketId::parse(sid).and_then(|sid| server.session(&sid)) else {
            return refuse(ErrorCode::SessionUnknown);
        };
        if !upgrade {
            conn.catch_up().await;
        }
        let (current, revision) = conn.ways();
        if (!upgrade && current != transport) || revision != query.revision() || !fits {
            return refuse(ErrorCode::BadRequest);
        }
        let done = match (transport, request.method()) {
            (Transport::WebSocket, _) => websocket::upgrade(conn, query.codec(), request).await,
            (Transport::Polling, &Method::GET) => polling::get(conn).await,
            (Transport::Polling, &Method::POST) => polling::post(conn, request).await,
            (Transport::Polling, _) => Err(ErrorCode::BadRequest),
        };
        return done.unwrap_or_else(refuse);
    }
    if request.method() != Method::GET {
        return refuse(ErrorCode::BadHandshakeMethod);
    }
    if !fits {
        return refuse(ErrorCode::BadRequest);
    }
    let asked = HandshakeRequest { headers: request.headers(), uri: &uri, address: peer };
    if let Err(words) = server.hooks().allow(&asked) {
        return refuse_with(ErrorCode::Forbidden, Some(&words));
    }
    if query.revision() == Revision::V3 && !shared.config.allow_eio3 {
        return refuse(ErrorCode::UnsupportedVersion);
    }
    let accepted = match transport {
        Transport::Polling => None,
        Transport::WebSocket => match websocket::accept(&request) {
            Ok(accepted) => Some(accepted),
            Err(code) => return refuse(code),
        },
    };
    let client = address::client(request.headers(), peer, shared.config.trusted_proxies);
    let opening = Opening::new(&uri, request.headers(), &shared.config.keep_headers);
    let conn = match admission::admit(server, client, transport, query.dialect(), opening) {
        Ok(conn) => conn,
        Err(refusal) => return *refusal,
    };
    match accepted {
        None => polling::open(server, conn).await.unwrap_or_else(refuse),
        Some(accepted) => {
            websocket::open(server, conn, request);
            accepted
        }
    }
}

/// The answer to what another accept loop brings.
fn misplaced(server: &Server, why: &'static str) -> Response {
    server.tell_misplaced(why);
    plain(StatusCode::INTERNAL_SERVER_ERROR, why)
}

fn client_file(server: &Server, request: &Request) -> Option<Response> {
    let name = request.uri().path().strip_prefix(server.config().bare_path())?.strip_prefix('/')?;
    server.client_files()?.answer(name, request.method(), request.headers())
}
