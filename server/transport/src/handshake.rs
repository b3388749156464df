//! The request a session was opened with: as the predicate that may refuse it sees it, and what is kept of it.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use socketio::Value;

use crate::config::KeepHeaders;

/// A request that wants to open a session, or that was refused.
#[derive(Debug, Clone, Copy)]
pub struct HandshakeRequest<'a> {
    /// Its headers, as the client or a proxy wrote them.
    pub headers: &'a HeaderMap,
    /// Its path and query.
    pub uri: &'a Uri,
    /// The peer of the TCP connection: the proxy where there is one, whatever
    /// [`Config::trusted_proxies`](crate::Config::trusted_proxies) says.
    pub address: SocketAddr,
}

impl HandshakeRequest<'_> {
    /// The first query parameter called `name`, decoded.
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        query(self.uri.query().unwrap_or_default(), name)
    }

    /// The header called `name`, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What a connection keeps of its opening request.
#[derive(Debug)]
pub(crate) struct Opening {
    time: SystemTime,
    url: Box<str>,
    headers: Box<[(HeaderName, HeaderValue)]>,
}

impl Opening {
    /// Copies what is to be kept: a header of the request shares the buffer of the whole request.
    pub(crate) fn new(uri: &Uri, headers: &HeaderMap, keep: &KeepHeaders) -> Self {
        let kept = headers.iter().filter(|(name, _)| keep.keeps(name.as_str()));
        let copied = kept.filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
            Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
        });
        let url = uri.path_and_query().map_or("", |url| url.as_str()).into();
        Self { time: SystemTime::now(), url, headers: copied.collect() }
    }

    /// Of a connection whose request was not looked at.
    pub(crate) fn unknown() -> Self {
        Self { time: SystemTime::now(), url: Box::default(), headers: Box::default() }
    }
}

/// What is known of the request a connection was opened with; see [`Socket::handshake`](crate::Socket::handshake).
#[derive(Debug, Clone, Copy)]
pub struct Handshake<'a> {
    address: SocketAddr,
    opening: &'a Opening,
    auth: &'a Value,
}

impl<'a> Handshake<'a> {
    pub(crate) fn new(address: SocketAddr, opening: &'a Opening, auth: &'a Value) -> Self {
        Self { address, opening, auth }
    }

    /// The client's address: that of the TCP connection that opened the session, or what trusted proxies tell, as
    /// [`Socket::remote_addr`](crate::Socket::remote_addr). [`HandshakeRequest::address`] is always the connection's.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// When the session was opened.
    pub fn time(&self) -> SystemTime {
        self.opening.time
    }

    /// Whether the TCP connection was encrypted. It never is: [`serve`](crate::serve) speaks plain HTTP. A proxy that ends TLS
    /// says so in a header of its own, mostly `x-forwarded-proto`.
    pub fn secure(&self) -> bool {
        false
    }

    /// Path and query, as they came.
    pub fn url(&self) -> &'a str {
        &self.opening.url
    }

    /// The first query parameter called `name`, decoded.
    pub fn query(&self, name: &str) -> Option<Cow<'a, str>> {
        query(self.opening.url.split_once('?').map_or("", |(_, query)| query), name)
    }

    /// The first header called `name`, in any case, where it is text and [`Config::keep_headers`](crate::Config::keep_headers)
    /// kept it.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers().find(|(kept, _)| kept.as_str().eq_ignore_ascii_case(name))?.1.to_str().ok()
    }

    /// The headers that [`Config::keep_headers`](crate::Config::keep_headers) kept.
    pub fn headers(&self) -> impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)> + use<'a> {
        self.opening.headers.iter().map(|(name, value)| (name, value))
    }

    /// What the client sent as `auth` when it joined the namespace, where [`Config::keep_auth`](crate::Config::keep_auth) kept
    /// it; else null.
    pub fn auth(&self) -> &'a Value {
        self.auth
    }
}

fn query<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(key, value)| (decode(key), value)).find(|(key, _)| key == name).map(|(_, value)| decode(value))
}

/// Undoes the encoding of a form: `+` is a space, `%` and two digits a byte. What is not UTF-8 then is replaced.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = match behind {
            [high, low, ..] if first == b'%' => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(if first == b'+' { b' ' } else { first }));
        rest = if escaped.is_some() { &behind[2..] } else { behind };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_the_first_of_a_name_counts() {
        let text = "EIO=4&na%6De=J%C3%BCrgen+K.&name=x&odd=50%&cut=%4&flag";
        let get = |name| query(text, name).map(Cow::into_owned);
        assert_eq!(get("name").as_deref(), Some("Jürgen K."));
        assert_eq!((get("odd").as_deref(), get("cut").as_deref()), (Some("50%"), Some("%4")));
        assert_eq!((get("flag").as_deref(), get("none")), (Some(""), None));
    }

    #[test]
    fn only_the_headers_asked_for_are_kept() {
        let uri = Uri::from_static("http://host/socket.io/?EIO=4&x=1");
        let mut headers = HeaderMap::new();
        headers.insert("user-agent", HeaderValue::from_static("robot"));
        headers.insert("x-custom", HeaderValue::from_static("1"));
        let listed = KeepHeaders::Listed(vec!["User-Agent".to_owned()]);
        for (keep, count) in [(KeepHeaders::None, 0), (listed, 1), (KeepHeaders::All, 2)] {
            let opening = Opening::new(&uri, &headers, &keep);
            let seen = Handshake::new(([127, 0, 0, 1], 80).into(), &opening, &Value::Null);
            assert_eq!((seen.headers().count(), seen.url()), (count, "/socket.io/?EIO=4&x=1"));
            assert_eq!(seen.header("USER-AGENT").is_some(), count > 0);
            assert_eq!(seen.query("x").as_deref(), Some("1"));
        }
    }
}
