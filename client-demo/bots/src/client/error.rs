//! What can go wrong with a client's sockets and its address.

/// A failure of a connection attempt or of a request.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address can't be used.
    #[error("{0:?} is not an address of the form http://HOST:PORT")]
    Address(String),
    /// No TCP connection.
    #[error("can't connect to {authority}: {error}")]
    Connect {
        /// Host and port.
        authority: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The WebSocket handshake failed.
    #[error("websocket handshake: {0}")]
    WebSocket(#[from] Box<tokio_tungstenite::tungstenite::Error>),
    /// An HTTP request failed.
    #[error("http: {0}")]
    Http(#[from] hyper::Error),
    /// An HTTP request was answered with a status other than 200.
    #[error("{method} answered with status {status}")]
    Status {
        /// The request's method.
        method: &'static str,
        /// The answer's status.
        status: u16,
    },
    /// A body longer than a client takes.
    #[error("a body exceeds the limit of {0} bytes")]
    Body(usize),
    /// Nothing came in time.
    #[error("no answer within {0} s")]
    Timeout(u64),
}

impl ClientError {
    /// A short name for counting.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Connect { .. } => "connect",
            Self::WebSocket(_) => "websocket handshake",
            Self::Http(_) => "http",
            Self::Status { .. } => "http status",
            Self::Body(_) => "body too long",
            Self::Timeout(_) => "connect timeout",
        }
    }
}
