//! What a client said about its packets when it opened the session.

use engineio::Codec;

/// How a session's packets travel. Stays what it is, but that an upgrade may change the form of binary messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dialect {
    /// Revision, and the form of binary messages while polling, or on the WebSocket that opened the session.
    pub(crate) codec: Codec,
    /// The number of the page's function that takes polling bodies, where the client polls by loading scripts (JSONP).
    pub(crate) callback: Option<Box<str>>,
}

impl From<Codec> for Dialect {
    fn from(codec: Codec) -> Self {
        Self { codec, callback: None }
    }
}
