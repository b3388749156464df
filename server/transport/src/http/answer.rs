//! Answers that are no packets: refusals and failures.

use axum::body::Body;
use axum::response::Response;
use engineio::ErrorCode;
use http::{HeaderValue, StatusCode, header};

/// The reference server's answer: JSON to polling requests, the bare message to WebSocket handshakes. `words` take the place
/// of the code's own.
pub(super) fn refused(code: ErrorCode, words: Option<&str>, upgrade: bool) -> Response {
    if upgrade {
        let mut response = Response::new(Body::from(words.unwrap_or(code.message()).to_owned()));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return response;
    }
    let body = words.map_or_else(|| code.json(), |words| json(code, words));
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An error body in the application's words.
fn json(code: ErrorCode, words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            '\0'..='\x1f' => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => escaped.push(c),
        }
    }
    format!(r#"{{"code":{},"message":"{escaped}"}}"#, code.number())
}

/// An answer in words.
pub(super) fn plain(status: StatusCode, words: &'static str) -> Response {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=UTF-8"));
    response
}
