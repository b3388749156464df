//! CORS headers of the endpoint, where other origins are let in.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::Cors;

/// Most bytes of a list of headers that is answered as it came.
const MOST_ASKED: usize = 1_024;

/// Adds what the browser has to see on every answer.
pub(super) fn allow(cors: &Cors, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    match cors {
        Cors::Off => {}
        Cors::Any => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        Cors::Origins(allowed) => {
            headers.append(VARY, HeaderValue::from_static("Origin"));
            if let Some(origin) = origin.filter(|o| allowed.iter().any(|a| a.as_bytes() == o.as_bytes())) {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            }
        }
    }
}

/// Adds what the answer to a preflight request with the headers `asked` needs beside that. The page may send whatever headers it
/// asks for, as with the reference server: whether it may talk to this one has been decided by its origin.
pub(super) fn preflight(asked: &HeaderMap, headers: &mut HeaderMap) {
    let wanted = asked.get(ACCESS_CONTROL_REQUEST_HEADERS).filter(|wanted| is_list(wanted)).cloned();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or_else(|| HeaderValue::from_static("Content-Type")));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    headers.append(VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
}

/// Whether a list consists of names of headers, and is not too long to send back.
fn is_list(wanted: &HeaderValue) -> bool {
    let names = |text: &str| text.split(',').all(|name| HeaderName::from_bytes(name.trim().as_bytes()).is_ok());
    wanted.len() <= MOST_ASKED && wanted.to_str().is_ok_and(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(asked: Option<&str>) -> String {
        let (mut request, mut answer) = (HeaderMap::new(), HeaderMap::new());
        if let Some(asked) = asked {
            request.insert(ACCESS_CONTROL_REQUEST_HEADERS, asked.parse().expect("a header"));
        }
        preflight(&request, &mut answer);
        answer[ACCESS_CONTROL_ALLOW_HEADERS].to_str().expect("text").to_owned()
    }

    #[test]
    fn the_headers_a_page_asks_for_are_allowed_where_they_are_names_and_not_too_many() {
        let most = format!("content-type, {}", "a".repeat(MOST_ASKED - 14));
        for asked in ["authorization", "content-type,x-token", "X-Token, authorization", &most] {
            assert_eq!(answered(Some(asked)), asked);
        }
        let more = format!("{most}a");
        for asked in [None, Some(""), Some("a b"), Some("a,,b"), Some("a: b"), Some("*/*"), Some(&more)] {
            assert_eq!(answered(asked), "Content-Type", "{asked:?}");
        }
    }
}
