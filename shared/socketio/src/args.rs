//! The arguments of an event or acknowledgement. Owns access by position; the values are in [`Value`].

use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeTuple};

use crate::{Error, Value, from_value, to_value, value::to_values};

/// Arguments by position. They serialize as a tuple, so that what takes a list of arguments takes them as one; binary values
/// are copied then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args(Vec<Value>);

impl Args {
    /// No arguments.
    pub fn new() -> Self {
        Self::default()
    }

    /// The arguments `list` stands for: each element of a tuple or of an array of fixed size is one, as are those of other
    /// [`Args`]; unit stands for none. Anything else is a single argument, as it is in JavaScript: a `Vec` or a slice is one
    /// list, `None` is one null, and so are all of serde_json's values and tuple structs one each. `bytes::Bytes` becomes
    /// binary, at the price of a copy; push a [`Value::Bin`] to share the bytes.
    ///
    /// # Errors
    ///
    /// When a value cannot be represented, say a map with keys that are no strings.
    pub fn from_serialize<T: Serialize + ?Sized>(list: &T) -> Result<Self, Error> {
        to_values(list).map(Self)
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

impl Serialize for Args {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|value| tuple.serialize_element(value))?;
        tuple.end()
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

    fn list<T: Serialize + ?Sized>(list: &T) -> Vec<Value> {
        Args::from_serialize(list).unwrap().into_values()
    }

    #[test]
    fn tuples_and_arrays_are_lists_of_arguments_and_unit_is_none() {
        assert!(list(&()).is_empty() && list::<[u8; 0]>(&[]).is_empty());
        assert_eq!(list(&(1, "x")), [Value::Int(1), Value::from("x")]);
        assert_eq!(list(&Box::new([1, 2])), [Value::Int(1), Value::Int(2)]);
        assert_eq!(list(&(vec![1],)), [Value::Array(vec![Value::Int(1)])]);
        let args: Args = [Value::Int(1), Value::Bin(Bytes::from_static(b"b")), Value::Null].into_iter().collect();
        assert_eq!(Args::from_serialize(&args).unwrap(), args);
        assert!(list(&Args::new()).is_empty());
    }

    #[test]
    fn anything_else_is_one_argument_whatever_its_form() {
        #[derive(Serialize)]
        struct Pair(i64, i64);
        #[derive(Serialize)]
        struct Wrapped((i64, i64));
        #[derive(Serialize)]
        struct Nothing;
        #[derive(Serialize)]
        struct Named {
            x: i64,
        }
        #[derive(Serialize)]
        enum Variant {
            Unit,
            Newtype((i64, i64)),
            Tuple(i64, i64),
            Struct { x: i64 },
        }
        let numbers = || Value::Array(vec![Value::Int(1), Value::Int(2)]);
        let map = |name: &str, value| Value::Map(vec![(name.to_owned(), value)]);
        for (told, one) in [
            (list("x"), Value::from("x")),
            (list(&true), Value::Bool(true)),
            (list(&Bytes::from_static(b"b")), Value::Bin(Bytes::from_static(b"b"))),
            (list(&vec![1, 2]), numbers()),
            (list(&[1, 2][..]), numbers()),
            (list(&Vec::<i64>::new()), Value::Array(Vec::new())),
            (list(&None::<i64>), Value::Null),
            (list(&Some(())), Value::Null),
            (list(&Some((1, 2))), numbers()),
            (list(&Some(vec![1, 2])), numbers()),
            (list(&Pair(1, 2)), numbers()),
            (list(&Wrapped((1, 2))), numbers()),
            (list(&Nothing), Value::Null),
            (list(&Named { x: 1 }), map("x", Value::Int(1))),
            (list(&std::collections::BTreeMap::from([("x", 1)])), map("x", Value::Int(1))),
            (list(&Variant::Unit), Value::from("Unit")),
            (list(&Variant::Newtype((1, 2))), map("Newtype", numbers())),
            (list(&Variant::Tuple(1, 2)), map("Tuple", numbers())),
            (list(&Variant::Struct { x: 1 }), map("Struct", map("x", Value::Int(1)))),
            (list(&numbers()), numbers()),
            (list(&Value::Array(Vec::new())), Value::Array(Vec::new())),
            (list(&serde_json::json!([1, 2])), numbers()),
            (list(&serde_json::Value::Null), Value::Null),
            (list(&Value::Null), Value::Null),
        ] {
            assert_eq!(told, [one]);
        }
        assert_eq!(Args::new().with(&[1, 2]).unwrap().as_slice(), [numbers()]);
        assert!(Args::from_serialize(&std::collections::BTreeMap::from([((1, 2), 3)])).is_err());
    }
}
