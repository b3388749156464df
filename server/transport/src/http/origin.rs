//! Which pages may talk to the server: browsers tell the page's origin, and those of other hosts have to be let in.

use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, HeaderValue, header};

use crate::config::Cors;

/// Most origins that are remembered as refused.
const MOST_STRANGERS: usize = 16;
/// Longest origin that is; the longest name of a host, its scheme and its port are shorter.
const LONGEST_STRANGER: usize = 272;

/// The origins that were refused, as far as somebody was told of them. Anybody can send any, so they are few for good.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Mutex<Vec<Box<[u8]>>>);

impl Strangers {
    /// Whether `origin` is worth telling of: it was not refused before, and there is room to remember it.
    pub(super) fn is_new(&self, origin: &HeaderValue) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = known.len() < MOST_STRANGERS
            && origin.len() <= LONGEST_STRANGER
            && !known.iter().any(|known| **known == *origin.as_bytes());
        if new {
            known.push(origin.as_bytes().into());
        }
        new
    }
}

/// Whether a request may be answered: it comes from no page at all, from a page of the host it was sent to, or from one that
/// the settings let in.
///
/// The scheme is not compared with anything: behind a proxy that speaks TLS the server does not know its own.
pub(super) fn allowed(cors: &Cors, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).into_iter();
    let Some(origin) = origins.next() else { return true };
    if origins.next().is_some() {
        return false;
    }
    match cors {
        Cors::Any => true,
        Cors::Origins(listed) if listed.iter().any(|o| o.as_bytes() == origin.as_bytes()) => true,
        Cors::Off | Cors::Origins(_) => headers.get(header::HOST).is_some_and(|host| is_own(origin, host)),
    }
}

/// Whether `origin` names the host and port of `host`. Browsers leave out a scheme's own port.
fn is_own(origin: &HeaderValue, host: &HeaderValue) -> bool {
    let (Ok(origin), Ok(host)) = (origin.to_str(), host.to_str()) else { return false };
    let (authority, port) = match origin.split_once("://") {
        Some(("http", authority)) => (authority, ":80"),
        Some(("https", authority)) => (authority, ":443"),
        _ => return false,
    };
    let bare = |name: &str| name.strip_suffix(port).unwrap_or(name).to_ascii_lowercase();
    !authority.is_empty() && bare(authority) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(cors: &Cors, origins: &[&str], host: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(header::ORIGIN, origin.parse().expect("a header"));
        }
        if let Some(host) = host {
            headers.insert(header::HOST, host.parse().expect("a header"));
        }
        allowed(cors, &headers)
    }

    #[test]
    fn pages_of_the_servers_own_host_and_clients_without_a_page_pass() {
        for (origin, host) in [
            ("http://a.example:3000", "a.example:3000"),
            ("https://a.example", "a.example"),
            ("https://a.example", "a.example:443"),
            ("http://a.example", "a.example:80"),
            ("https://A.example", "a.EXAMPLE"),
            ("http://[::1]:3000", "[::1]:3000"),
        ] {
            assert!(decide(&Cors::Off, &[origin], Some(host)), "{origin} {host}");
        }
        assert!(decide(&Cors::Off, &[], Some("a.example")) && decide(&Cors::Off, &[], None));
    }

    #[test]
    fn pages_of_other_hosts_do_not() {
        for (origin, host) in [
            ("http://b.example", "a.example"),
            ("http://a.example", "a.example:3000"),
            ("http://a.example:3000", "a.example"),
            ("http://a.example:443", "a.example"),
            ("http://a.example:80.b.example", "a.example"),
            ("http://a.example.b.example", "a.example"),
            ("null", "a.example"),
            ("null", "null"),
            ("file://", ""),
            ("http://", ""),
            ("", ""),
            ("a.example", "a.example"),
        ] {
            assert!(!decide(&Cors::Off, &[origin], Some(host)), "{origin} {host}");
        }
        assert!(!decide(&Cors::Off, &["http://a.example"], None), "nobody knows the host");
        assert!(!decide(&Cors::Any, &["http://a.example", "http://b.example"], Some("a.example")), "two at a time");
    }

    #[test]
    fn of_each_stranger_is_told_once_and_of_few() {
        let strangers = Strangers::default();
        let origin = |n: usize| HeaderValue::from_str(&format!("http://{n}.example")).expect("a header");
        let long = HeaderValue::from_str(&"a".repeat(LONGEST_STRANGER + 1)).expect("a header");
        assert!(!strangers.is_new(&long));
        for n in 0..MOST_STRANGERS {
            assert!(strangers.is_new(&origin(n)) && !strangers.is_new(&origin(n)), "{n}");
        }
        assert!(!strangers.is_new(&origin(MOST_STRANGERS)));
    }

    #[test]
    fn listed_origins_pass_as_they_are_written() {
        let listed = Cors::Origins(vec!["https://b.example".to_owned(), "null".to_owned()]);
        assert!(decide(&listed, &["https://b.example"], Some("a.example")));
        assert!(decide(&listed, &["null"], Some("a.example")));
        assert!(decide(&listed, &["https://a.example"], Some("a.example")), "the server's own needs no listing");
        assert!(!decide(&listed, &["http://b.example"], Some("a.example")));
        assert!(!decide(&listed, &["https://b.example:444"], Some("a.example")));
        assert!(decide(&Cors::Any, &["https://c.example"], Some("a.example")));
    }
}
