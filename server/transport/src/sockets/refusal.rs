//! A refusal to let a client into a namespace.

use serde::Serialize;
use socketio::Value;

/// Why a client may not join; it is told as CONNECT_ERROR, and its connection stays. Words alone become one:
/// `Err("who are you?".into())`, `.ok_or("who are you?")?`.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub(crate) message: String,
    pub(crate) data: Option<Value>,
}

impl Refusal {
    /// A refusal in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), data: None }
    }

    /// A refusal in words and data. Data that cannot be serialized is left out.
    pub fn with_data<T: Serialize + ?Sized>(message: impl Into<String>, data: &T) -> Self {
        Self { message: message.into(), data: socketio::to_value(data).ok() }
    }
}

impl From<&str> for Refusal {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}
