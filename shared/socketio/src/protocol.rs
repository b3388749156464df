//! Revisions of the Socket.IO protocol, and the one packet of revision 4 that is not as revision 5 has it on the way to the
//! server: the request to join, which carries parameters where there is data now.

use engineio::{Text, form};

use crate::{Error, Limits, Namespace, Value};

/// Revision of the protocol that a session speaks. Its client decides about it with the revision of Engine.IO below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Of `socket.io-client` 1 and 2, over Engine.IO 3.
    V4,
    /// Of `socket.io-client` 3 and 4, over Engine.IO 4.
    #[default]
    V5,
}

/// Most parameters of one request to join.
const MAX_PARAMETERS: usize = 256;

/// The namespace and the parameters of `0/namespace?name=value&...,`, as a map; nothing for a packet of another type.
pub(crate) fn connect(text: &Text, limits: &Limits) -> Result<Option<(Namespace, Value)>, Error> {
    let Some(rest) = text.strip_prefix('0') else { return Ok(None) };
    if text.len() > limits.message_bytes {
        return Err(Error::MessageTooLarge { len: text.len(), limit: limits.message_bytes });
    }
    let (name, behind) = rest.split_once(',').unwrap_or((rest, ""));
    if !behind.is_empty() {
        return Err(Error::InvalidData("connect"));
    }
    let (name, query) = name.split_once('?').unwrap_or((name, ""));
    if !name.is_empty() && !name.starts_with('/') {
        return Err(Error::InvalidNamespace);
    }
    if name.len() > limits.namespace_bytes {
        return Err(Error::NamespaceTooLong { len: name.len(), limit: limits.namespace_bytes });
    }
    let mut parameters: Vec<(String, Value)> = Vec::new();
    for (count, (name, value)) in form::pairs(query).enumerate() {
        if count == MAX_PARAMETERS {
            return Err(Error::TooManyValues { limit: MAX_PARAMETERS });
        }
        // Of a repeated parameter the last counts.
        parameters.retain(|(known, _)| *known != name);
        parameters.push((name.into_owned(), Value::Str(value.into_owned())));
    }
    // The name is copied, so that it does not keep the whole message alive.
    let namespace = if name.is_empty() { Namespace::ROOT } else { Namespace::received(name.into()) };
    Ok(Some((namespace, Value::Map(parameters))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<(Namespace, Value)>, Error> {
        connect(&Text::from(text), &Limits::default())
    }

    #[test]
    fn a_request_to_join_carries_parameters_behind_the_namespace() {
        let map = |pairs: &[(&str, &str)]| {
            Value::Map(pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect())
        };
        for (text, namespace, parameters) in [
            ("0", "/", map(&[])),
            ("0/", "/", map(&[])),
            ("0/chat", "/chat", map(&[])),
            ("0/chat,", "/chat", map(&[])),
            ("0/chat?token=a%2Cb+c&x=&token2=%3F,", "/chat", map(&[("token", "a,b c"), ("x", ""), ("token2", "?")])),
            ("0/?a=1&a=2,", "/", map(&[("a", "2")])),
        ] {
            assert_eq!(read(text), Ok(Some((Namespace::new(namespace), parameters))), "{text}");
        }
    }

    #[test]
    fn other_packets_are_left_to_the_parser_and_malformed_ones_refused() {
        for other in ["", "1", "2[\"x\"]", "é"] {
            assert_eq!(read(other), Ok(None));
        }
        assert_eq!(read("0/chat,{}"), Err(Error::InvalidData("connect")));
        assert_eq!(read("0{}"), Err(Error::InvalidNamespace));
        assert_eq!(read("0chat"), Err(Error::InvalidNamespace));
        let long = format!("0/{},", "n".repeat(256));
        assert_eq!(read(&long), Err(Error::NamespaceTooLong { len: 257, limit: 256 }));
        assert!(read(&format!("0/n?token={},", "t".repeat(5_000))).is_ok(), "a token is no name");
        let short = Limits { message_bytes: 9, ..Limits::default() };
        assert_eq!(connect(&"0/n?a=123,".into(), &short), Err(Error::MessageTooLarge { len: 10, limit: 9 }));
        assert_eq!(read(&format!("0/n?{},", "a&".repeat(257))), Err(Error::TooManyValues { limit: 256 }));
    }
}
