//! The value itself, and the plain types it is made from.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

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
    /// Bytes. Those that were read share the storage of the message they came in where they are at least half of it.
    Bin(Bytes),
    /// A list.
    Array(Vec<Value>),
    /// Named values in the order of the wire. One that was read has each name once.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The map that JavaScript makes of these pairs: of a name that comes again the last value counts, at the place of the
    /// first.
    pub(crate) fn of_pairs(pairs: Vec<(String, Value)>) -> Self {
        Self::Map(if has_repeats(&pairs) { without_repeats(pairs) } else { pairs })
    }

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

    /// Whether this is null, which is also what a client's undefined comes as.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The truth value, where this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number, where this is a whole one from `i64::MIN` to `i64::MAX`.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, where this is a whole one from 0 to `u64::MAX`.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Int(number) => u64::try_from(*number).ok(),
            Self::UInt(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, where this is any; a whole one above 2^53 is rounded, as in JavaScript.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::UInt(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// The bytes, where this is binary. A clone of them shares their storage.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Bin(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The elements, where this is a list.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }

    /// Calls `each` with all binary values, at any depth, in the order of their attachments.
    pub(crate) fn binaries(&self, each: &mut impl FnMut(&Bytes)) {
        match self {
            Self::Bin(bytes) => each(bytes),
            Self::Array(values) => values.iter().for_each(|value| value.binaries(each)),
            Self::Map(pairs) => pairs.iter().for_each(|(_, value)| value.binaries(each)),
            _ => {}
        }
    }
}

/// Most names that are compared with one another; more are looked up, so that the time stays in proportion.
const FEW: usize = 16;

fn has_repeats(pairs: &[(String, Value)]) -> bool {
    if pairs.len() > FEW {
        let mut known = HashSet::with_capacity(pairs.len());
        return !pairs.iter().all(|(name, _)| known.insert(name.as_str()));
    }
    let mut ahead = pairs;
    while let Some(((name, _), behind)) = ahead.split_first() {
        if behind.iter().any(|(other, _)| other == name) {
            return true;
        }
        ahead = behind;
    }
    false
}

fn without_repeats(pairs: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut places = HashMap::new();
    let mut kept: Vec<(String, Value)> = Vec::new();
    for (name, value) in pairs {
        match places.get(&name) {
            Some(&place) => {
                let (_, old): &mut (String, Value) = &mut kept[place];
                *old = value;
            }
            None => {
                places.insert(name.clone(), kept.len());
                kept.push((name, value));
            }
        }
    }
    kept
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
