//! The arguments of an event or acknowledgement. Owns access by position; the values are in [`Value`].

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{Error, Value, from_value, to_value};

/// Arguments by position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args(Vec<Value>);

impl Args {
    /// No arguments.
    pub fn new() -> Self {
        Self::default()
    }

    /// The arguments `list` stands for: each element of a tuple, array or sequence is one, unit and `None` stand for
    /// none, and anything else is a single argument. `bytes::Bytes` becomes binary, at the price of a copy; push a
    /// [`Value::Bin`] to share the bytes.
    ///
    /// # Errors
    ///
    /// When a value cannot be represented, say a map with keys that are no strings.
    pub fn from_serialize<T: Serialize + ?Sized>(list: &T) -> Result<Self, Error> {
        Ok(match to_value(list)? {
            Value::Array(values) => Self(values),
            Value::Null => Self::new(),
            value => Self(vec![value]),
        })
    }

    /// These arguments and one more.
    ///
    /// # Errors
    ///
    /// When the value cannot be represented.
    pub fn with<T: Serialize + ?Sized>(mut self, argument: &T) -> Result<Self, Error> {
        self.0.push(to_value(argument)?);
        Ok(self)
    }

    /// Adds one argument behind the others.
    pub fn push(&mut self, value: Value) {
        self.0.push(value);
    }

    /// The argument at `index` as a `T`, which may borrow from it. A missing argument is as good as null for a type
    /// that accepts it, as it is in JavaScript.
    ///
    /// # Errors
    ///
    /// [`Error::MissingArgument`] or [`Error::Value`]; both name the index.
    pub fn get<'de, T: Deserialize<'de>>(&'de self, index: usize) -> Result<T, Error> {
        match self.0.get(index) {
            Some(value) => from_value(value).map_err(|error| Error::Value(format!("argument {index}: {error}"))),
            None => from_value(&Value::Null).map_err(|_| Error::MissingArgument(index)),
        }
    }

    /// The argument at `index` as it came.
    pub fn value(&self, index: usize) -> Option<&Value> {
        self.0.get(index)
    }

    /// The binary argument at `index`, shared, not copied.
    pub fn bytes(&self, index: usize) -> Option<Bytes> {
        match self.0.get(index) {
            Some(Value::Bin(bytes)) => Some(bytes.clone()),
            _ => None,
        }
    }

    /// Calls `each` with all binary values, at any depth, in the order of their attachments.
    pub fn binaries(&self, mut each: impl FnMut(&Bytes)) {
        self.0.iter().for_each(|value| value.binaries(&mut each));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them in order.
    pub fn as_slice(&self) -> &[Value] {
        &self.0
    }

    /// All of them in order.
    pub fn into_values(self) -> Vec<Value> {
        self.0
    }
}

impl From<Vec<Value>> for Args {
    fn from(values: Vec<Value>) -> Self {
        Self(values)
    }
}

impl FromIterator<Value> for Args {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_come_back_by_position_and_type() {
        let args = Args::from_serialize(&("move", 7_u32, [1, 2], Bytes::from_static(b"\x01\x02"))).unwrap();
        assert_eq!(args.len(), 4);
        assert_eq!(args.get::<&str>(0).unwrap(), "move");
        assert_eq!(args.get::<u32>(1).unwrap(), 7);
        assert_eq!(args.get::<Vec<u8>>(2).unwrap(), [1, 2]);
        assert_eq!(args.bytes(3).unwrap(), Bytes::from_static(b"\x01\x02"));
        assert_eq!(args.bytes(0), None);
        assert_eq!(args.get::<Option<u32>>(4).unwrap(), None);
        assert_eq!(args.get::<u32>(4), Err(Error::MissingArgument(4)));
        assert!(matches!(args.get::<u32>(0), Err(Error::Value(_))));
        let words = args.get::<u32>(2).unwrap_err().to_string();
        assert!(words.starts_with("argument 2: invalid type"), "{words}");
    }

    #[test]
    fn unit_is_no_argument_and_a_scalar_is_one() {
        assert!(Args::from_serialize(&()).unwrap().is_empty());
        assert_eq!(Args::from_serialize("x").unwrap().as_slice(), [Value::from("x")]);
        assert_eq!(Args::new().with(&[1]).unwrap().as_slice(), [Value::Array(vec![Value::Int(1)])]);
    }
}
