//! Session and socket ids: 20 characters of base64url over 15 bytes of the system's random generator.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Random bytes of an id.
const RANDOM: usize = 15;
/// Characters of an id.
const LEN: usize = 20;

/// The id of a session or of a socket in a namespace. Unguessable, and never used twice. For serde it is its text, so it can be
/// sent, `socket.emit("you", &socket.id())`, and read from arguments, `args.get::<SocketId>(0)`, which refuses other text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId([u8; LEN]);

impl SocketId {
    /// A fresh id.
    ///
    /// # Errors
    /// When the system's random generator fails.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut random = [0; RANDOM];
        getrandom::fill(&mut random)?;
        let mut text = [0; LEN];
        let written = URL_SAFE_NO_PAD.encode_slice(random, &mut text).expect("15 bytes are 20 characters of base64");
        debug_assert_eq!(written, LEN);
        Ok(Self(text))
    }

    /// Reads an id that a client sent; `None` for anything but 20 characters of base64url.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; LEN] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).then_some(Self(bytes))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an id is made of ASCII characters")
    }
}

/// Text that is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 20 characters of base64url")]
pub struct NotAnId;

impl FromStr for SocketId {
    type Err = NotAnId;

    /// Reads an id as clients know it; whether there is such a socket is another question.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::parse(text).ok_or(NotAnId)
    }
}

impl Serialize for SocketId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SocketId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reader)
    }
}

/// Reads an id from text.
struct Reader;

impl Visitor<'_> for Reader {
    type Value = SocketId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("20 characters of base64url")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SocketId, E> {
        SocketId::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl fmt::Display for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_read_back() {
        let (a, b) = (SocketId::random().expect("randomness"), SocketId::random().expect("randomness"));
        assert_ne!(a, b);
        assert_eq!(SocketId::parse(a.as_str()), Some(a));
        for bad in ["", "short", "aaaaaaaaaaaaaaaaaaa/", "aaaaaaaaaaaaaaaaaaaaa", "äaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(SocketId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_id_is_its_text_for_serde_and_other_text_is_none() {
        let id = SocketId::random().expect("randomness");
        let text = serde_json::to_string(&id).expect("text");
        assert_eq!(text, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<SocketId>(&text).expect("an id"), id);
        for bad in ["\"\"", "\"short\"", "\"aaaaaaaaaaaaaaaaaaa/\"", "7", "null"] {
            assert!(serde_json::from_str::<SocketId>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_character_of_an_id_is_random() {
        let ids: Vec<_> = (0..2_000).map(|_| SocketId::random().expect("randomness")).collect();
        for at in 0..LEN {
            let mut seen: Vec<u8> = ids.iter().map(|id| id.0[at]).collect();
            seen.sort_unstable();
            seen.dedup();
            // 2,000 draws of 64 leave one out in a billion of times: nothing of an id counts or tells the time.
            assert_eq!(seen.len(), 64, "character {at}");
        }
    }
}
