//! The open packet's JSON. Owns its shape on the wire; what the figures mean to a session is decided there.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the server tells the client when a session opens, as the JSON of the open packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handshake {
    /// Session id, the `sid` query parameter of all later requests.
    pub sid: String,
    /// Names of the transports the session may move to.
    #[serde(default)]
    pub upgrades: Vec<String>,
    /// Time between pings; whole milliseconds on the wire.
    #[serde(with = "millis")]
    pub ping_interval: Duration,
    /// Time the client has to answer a ping; whole milliseconds on the wire.
    #[serde(with = "millis")]
    pub ping_timeout: Duration,
    /// Longest body the client may send, in bytes.
    pub max_payload: u64,
}

mod millis {
    use super::*;

    pub(super) fn serialize<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        // 32 bits of milliseconds are 49 days, and later additions of such spans cannot overflow.
        u32::deserialize(deserializer).map(|millis| Duration::from_millis(millis.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_protocol_s_names_and_milliseconds() {
        let handshake = Handshake {
            sid: "lv_VI97HAXpY6yYWAAAC".into(),
            upgrades: vec!["websocket".into()],
            ping_interval: Duration::from_millis(25_000),
            ping_timeout: Duration::from_millis(20_000),
            max_payload: 1_000_000,
        };
        let json = r#"{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
        assert_eq!(serde_json::to_string(&handshake).unwrap(), json);
        assert_eq!(serde_json::from_str::<Handshake>(json).unwrap(), handshake);
    }

    #[test]
    fn absurd_intervals_are_refused() {
        for interval in ["-1", "1e300", "18446744073709551615", "\"5\"", "null"] {
            let json = format!(r#"{{"sid":"a","pingInterval":{interval},"pingTimeout":1,"maxPayload":1}}"#);
            assert!(serde_json::from_str::<Handshake>(&json).is_err(), "{interval}");
        }
    }
}
