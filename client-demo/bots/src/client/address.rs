//! Where the server is. Owns the parsing of `--url` and the request targets of both transports.

use std::str::FromStr;

use http::Uri;

use super::ClientError;

/// A server's address, from `http://HOST:PORT` (or `ws://`); a path, if given, replaces `/socket.io/`. Encrypted
/// connections are not spoken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Host and port, `127.0.0.1:3000`.
    pub authority: String,
    path: String,
}

impl FromStr for Address {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Address(text.to_owned());
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = full.parse().map_err(|_| wrong())?;
        let plain = matches!(uri.scheme_str(), Some("http" | "ws"));
        let host = uri.host().filter(|host| plain && !host.is_empty()).ok_or_else(wrong)?;
        let authority = format!("{host}:{}", uri.port_u16().unwrap_or(80));
        let path = if uri.path() == "/" { "/socket.io/".to_owned() } else { uri.path().to_owned() };
        Ok(Self { authority, path })
    }
}

impl Address {
    /// The target of a request over `transport`; `sid` once the session has one.
    pub(crate) fn target(&self, transport: engineio::Transport, sid: &str) -> String {
        let Self { path, .. } = self;
        let session = if sid.is_empty() { String::new() } else { format!("&sid={sid}") };
        format!("{path}?EIO={}&transport={transport}{session}", engineio::REVISION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engineio::Transport;

    #[test]
    fn addresses_with_and_without_scheme_and_path_are_read() {
        let plain: Address = "http://localhost:3000".parse().expect("valid");
        assert_eq!(plain.authority, "localhost:3000");
        assert_eq!(plain.target(Transport::WebSocket, ""), "/socket.io/?EIO=4&transport=websocket");
        assert_eq!(plain.target(Transport::Polling, "abc"), "/socket.io/?EIO=4&transport=polling&sid=abc");
        assert_eq!("127.0.0.1:9".parse::<Address>().expect("valid").authority, "127.0.0.1:9");
        let deep: Address = "ws://h/game/".parse().expect("valid");
        assert_eq!((deep.authority.as_str(), deep.path.as_str()), ("h:80", "/game/"));
        for wrong in ["https://h:1", "", "http://", "http://a b"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong:?}");
        }
    }
}
