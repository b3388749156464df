//! The cookie that names a session to load balancers. Owns its text; the server itself never reads it.

use std::fmt::Write as _;
use std::time::Duration;

use http::HeaderValue;

use crate::error::Error;

/// A cookie with the session's id, set with the polling answer that opens a session: a load balancer can keep a client with
/// one server by it. Applications need it for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// Name. Defaults to `io`.
    pub name: String,
    /// Requests it is sent with. Defaults to `/`.
    pub path: String,
    /// Hosts it is sent to. Defaults to none: the server's own.
    pub domain: Option<String>,
    /// How long it is kept, in whole seconds. Defaults to none: until the browser closes.
    pub max_age: Option<Duration>,
    /// Whether scripts cannot read it. Defaults to true.
    pub http_only: bool,
    /// Whether it is sent over HTTPS only. Defaults to false.
    pub secure: bool,
    /// Which requests of other sites it is sent with. Defaults to [`SameSite::Lax`].
    pub same_site: Option<SameSite>,
}

/// Which requests of other sites carry a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// None.
    Strict,
    /// Those that lead to the server's own pages.
    Lax,
    /// All; browsers want [`Cookie::secure`] with it.
    None,
}

impl Default for Cookie {
    fn default() -> Self {
        Self {
            name: "io".to_owned(),
            path: "/".to_owned(),
            domain: None,
            max_age: None,
            http_only: true,
            secure: false,
            same_site: Some(SameSite::Lax),
        }
    }
}

impl Cookie {
    /// Whether the texts can stand in a header as what they are.
    ///
    /// # Errors
    /// [`Error::Config`] names the first that cannot.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_plain = |byte: u8| matches!(byte, 0x20..=0x7e) && byte != b';';
        let texts = [("path", Some(&self.path)), ("domain", self.domain.as_ref())];
        if self.name.is_empty() || !self.name.bytes().all(is_token) {
            return Err(Error::Config(format!("cookie name {:?} is no token", self.name)));
        }
        match texts.into_iter().find(|(_, text)| text.is_some_and(|text| !text.bytes().all(is_plain))) {
            Some((what, text)) => Err(Error::Config(format!("cookie {what} {text:?} does not fit into a header"))),
            None => Ok(()),
        }
    }

    /// The value of `Set-Cookie` for a session.
    pub(crate) fn header(&self, sid: &str) -> Option<HeaderValue> {
        let mut text = format!("{}={sid}", self.name);
        // Writing to a text cannot fail.
        if let Some(age) = self.max_age {
            let _ = write!(text, "; Max-Age={}", age.as_secs());
        }
        if let Some(domain) = &self.domain {
            let _ = write!(text, "; Domain={domain}");
        }
        let _ = write!(text, "; Path={}", self.path);
        if self.http_only {
            text.push_str("; HttpOnly");
        }
        if self.secure {
            text.push_str("; Secure");
        }
        text.push_str(match self.same_site {
            Some(SameSite::Strict) => "; SameSite=Strict",
            Some(SameSite::Lax) => "; SameSite=Lax",
            Some(SameSite::None) => "; SameSite=None",
            None => "",
        });
        HeaderValue::try_from(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_reference_server_s_and_every_field_is_told() {
        assert_eq!(Cookie::default().header("abc").expect("a header"), "io=abc; Path=/; HttpOnly; SameSite=Lax");
        let all = Cookie {
            name: "node".to_owned(),
            path: "/socket.io".to_owned(),
            domain: Some("example.org".to_owned()),
            max_age: Some(Duration::from_secs(90)),
            http_only: false,
            secure: true,
            same_site: Some(SameSite::None),
        };
        let text = "node=abc; Max-Age=90; Domain=example.org; Path=/socket.io; Secure; SameSite=None";
        assert_eq!(all.header("abc").expect("a header"), text);
    }

    #[test]
    fn texts_that_would_break_the_header_are_refused() {
        assert!(Cookie::default().validate().is_ok());
        for broken in [
            Cookie { name: String::new(), ..Cookie::default() },
            Cookie { name: "a=b".to_owned(), ..Cookie::default() },
            Cookie { path: "/;Secure".to_owned(), ..Cookie::default() },
            Cookie { domain: Some("a\r\nX: y".to_owned()), ..Cookie::default() },
        ] {
            assert!(broken.validate().is_err(), "{broken:?}");
        }
    }
}
