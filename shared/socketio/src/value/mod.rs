//! The one dynamic value both parsers read and write.

mod de;
mod ser;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{Error, limits::Budget};

pub(crate) use de::{TOO_DEEP, TOO_MANY, ValueSeed};

/// An argument, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// JavaScript's null and, where MessagePack carries it, undefined.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above `i64::MAX`; never a smaller one, so that equal numbers are equal values.
    UInt(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(String),
    /// Bytes, sharing the storage of the message they came in.
    Bin(Bytes),
    /// A list.
    Array(Vec<Value>),
    /// Named values in the order of the wire.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The value called `key`, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, where this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or(Self::UInt(number), Self::Int)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}

impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Self {
        Self::Bin(bytes)
    }
}

/// Anything serializable as a [`Value`].
///
/// # Errors
///
/// [`Error::Value`] for maps with keys that are neither strings, characters nor whole numbers, for numbers beyond 64 bits, and
/// whatever the type's own implementation reports.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    value.serialize(ser::ValueSerializer)
}

/// A [`Value`] as any deserializable type, which may borrow its texts and bytes.
///
/// # Errors
///
/// [`Error::Value`] when the value does not fit the type.
pub fn from_value<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, Error> {
    T::deserialize(value)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::DeserializeSeed;
        ValueSeed(&mut Budget::unlimited()).deserialize(deserializer)
    }
}
