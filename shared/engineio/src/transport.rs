//! The two ways packets travel. Owns their names only.

use std::{fmt, str::FromStr};

use crate::ErrorCode;

/// A way packets travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// HTTP long-polling: GET carries packets to the client, POST carries them to the server.
    Polling,
    /// One WebSocket; each packet is one message.
    WebSocket,
}

impl Transport {
    /// The name as the `transport` query parameter and the handshake's `upgrades` have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::WebSocket => "websocket",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Transport {
    type Err = ErrorCode;

    /// Errors with [`ErrorCode::TransportUnknown`] for any other name.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "polling" => Ok(Self::Polling),
            "websocket" => Ok(Self::WebSocket),
            _ => Err(ErrorCode::TransportUnknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_exact_names_are_transports() {
        for transport in [Transport::Polling, Transport::WebSocket] {
            assert_eq!(transport.name().parse(), Ok(transport));
        }
        for name in ["", "__proto__", "Polling", "websocket ", "webtransport"] {
            assert_eq!(name.parse::<Transport>(), Err(ErrorCode::TransportUnknown));
        }
    }
}
