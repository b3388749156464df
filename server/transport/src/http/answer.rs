//! Answers that are no packets: refusals and failures.

use axum::body::Body;
use axum::response::Response;
use engineio::ErrorCode;
use http::{HeaderValue, StatusCode, header};

/// The reference server's answer: JSON to polling requests, the bare message to WebSocket handshakes.
pub(super) fn refused(code: ErrorCode, upgrade: bool) -> Response {
    if upgrade {
        let mut response = plain(StatusCode::BAD_REQUEST, code.message());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return response;
    }
    let mut response = Response::new(Body::from(code.json()));
    *response.status_mut() = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An answer in words.
pub(super) fn plain(status: StatusCode, words: &'static str) -> Response {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=UTF-8"));
    response
}
