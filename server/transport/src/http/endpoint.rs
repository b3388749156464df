//! The Socket.IO endpoint: checks a request as the reference server does, in the same order, and hands it to the polling or
//! WebSocket side.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::any;
use engineio::{ErrorCode, Transport};
use http::{Method, StatusCode, header};

use super::answer::{plain, refused};
use super::{admission, cors, origin, polling, websocket};
use crate::address;
use crate::config::Cors;
use crate::error::BadInput;
use crate::id::SocketId;
use crate::server::Server;

impl Server {
    /// The routes of the endpoint, to be merged with an application's own. Serve them with [`serve`](crate::serve): the
    /// WebSocket side takes the TCP stream over from there.
    pub fn router(&self) -> Router {
        let path = self.config().bare_path();
        Router::new()
            .route(path, any(endpoint))
            .route(&format!("{path}/"), any(endpoint))
            .route(&format!("{path}/{{*rest}}"), any(endpoint))
            .with_state(self.clone())
    }
}

/// The parameters of a request that matter.
#[derive(Debug, Default)]
struct Query<'a> {
    transport: Option<&'a str>,
    revision: Option<&'a str>,
    sid: Option<&'a str>,
}

impl<'a> Query<'a> {
    fn parse(query: &'a str) -> Self {
        let mut found = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "transport" => found.transport = found.transport.or(Some(value)),
                "EIO" => found.revision = found.revision.or(Some(value)),
                "sid" => found.sid = found.sid.or(Some(value)),
                _ => {}
            }
        }
        found
    }
}

async fn endpoint(State(server): State<Server>, request: Request) -> Response {
    let config = server.config();
    if !origin::allowed(&config.cors, request.headers()) {
        server.metrics().bad_input(BadInput::Origin);
        tracing::debug!(origin = ?request.headers().get(header::ORIGIN), "request of a foreign page refused");
        return refused(ErrorCode::Forbidden, websocket::is_upgrade(&request));
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS && config.cors != Cors::Off {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        cors::preflight(response.headers_mut());
        response
    } else {
        answer(&server, request).await
    };
    cors::allow(&config.cors, origin.as_ref(), response.headers_mut());
    response
}

async fn answer(server: &Server, request: Request) -> Response {
    let shared = server.shared();
    let upgrade = websocket::is_upgrade(&request);
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "the endpoint is not served by transport::serve");
    };
    let query = Query::parse(request.uri().query().unwrap_or_default());
    let refuse = |code: ErrorCode| {
        shared.metrics.bad_input(BadInput::Request);
        tracing::debug!(%peer, code = code.number(), "request refused: {code}");
        refused(code, upgrade)
    };
    let transport = match query.transport.unwrap_or_default().parse::<Transport>() {
        Ok(Transport::Polling) if shared.config.polling => Transport::Polling,
        Ok(Transport::WebSocket) if shared.config.websocket => Transport::WebSocket,
        _ => return refuse(ErrorCode::TransportUnknown),
    };
    if (transport == Transport::WebSocket) != upgrade {
        return refuse(ErrorCode::BadRequest);
    }
    if let Some(sid) = query.sid {
        let Some(conn) = SocketId::parse(sid).and_then(|sid| server.session(&sid)) else {
            return refuse(ErrorCode::SessionUnknown);
        };
        let done = match (transport, request.method()) {
            (Transport::WebSocket, _) => websocket::upgrade(conn, request).await,
            (Transport::Polling, &Method::GET) => polling::get(conn).await,
            (Transport::Polling, &Method::POST) => polling::post(conn, request).await,
            (Transport::Polling, _) => Err(ErrorCode::BadRequest),
        };
        return done.unwrap_or_else(refuse);
    }
    if request.method() != Method::GET {
        return refuse(ErrorCode::BadHandshakeMethod);
    }
    if query.revision != Some("4") {
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
    let conn = match admission::admit(server, client, transport) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_repeated_parameters_counts_and_others_are_ignored() {
        let query = Query::parse("EIO=4&transport=polling&t=abc&sid&EIO=3");
        assert_eq!((query.revision, query.transport, query.sid), (Some("4"), Some("polling"), Some("")));
        let query = Query::parse("");
        assert!(query.transport.is_none() && query.sid.is_none());
    }
}
