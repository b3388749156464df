//! The HTTP side: the browser client, a health check, and figures.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Html;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::session::Session;
use crate::status;

/// What is served where no client folder is given.
const NO_CLIENT: &str = "<!doctype html><title>Muster</title><p>This server has no browser client. Start it with \
    <code>--web DIR</code>, or run <code>cargo xtask play</code>.</p>";

/// `/socket.io/` for players, `/healthz` and `/status` for operators, everything else the browser client.
pub(crate) fn router(server: &transport::Server, session: Arc<Session>, web: Option<&Path>) -> Router {
    let figures = {
        let server = server.clone();
        move || {
            let figures = status::read(&server, &session).to_string();
            std::future::ready(([(CONTENT_TYPE, "application/json")], figures))
        }
    };
    let router = server.router().route("/healthz", get(async || "ok")).route("/status", get(figures));
    match web {
        None => router.route("/", get(async || Html(NO_CLIENT))),
        Some(folder) => router.merge(client(folder)),
    }
}

/// Built assets carry a hash in their names and never change; the page that names them is asked for each time.
fn client(folder: &Path) -> Router {
    let page = ServeFile::new(folder.join("index.html"));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    let fresh = HeaderValue::from_static("no-cache");
    let assets = Router::new()
        .fallback_service(ServeDir::new(folder.join("assets")))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, forever));
    Router::new()
        .nest("/assets", assets)
        .route_service("/", page)
        .fallback_service(ServeDir::new(folder))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, fresh))
        .layer(CompressionLayer::new())
}
