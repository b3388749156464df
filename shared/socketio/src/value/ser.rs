//! Writing: a [`Value`] into any serde format, and any type into a [`Value`].

use bytes::Bytes;
use serde::{
    Serialize, Serializer,
    ser::{self, SerializeMap, SerializeSeq},
};

use super::data::Value;
use crate::Error;

/// Anything serializable as a [`Value`].
///
/// # Errors
///
/// [`Error::Value`] for maps with keys that are neither strings, characters nor whole numbers, for numbers beyond 64 bits, and
/// whatever the type's own implementation reports.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    value.serialize(ValueSerializer)
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::UInt(number) => serializer.serialize_u64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Str(text) => serializer.serialize_str(text),
            Self::Bin(bytes) => serializer.serialize_bytes(bytes),
            Self::Array(values) => {
                let mut seq = serializer.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| seq.serialize_element(value))?;
                seq.end()
            }
            Self::Map(pairs) => {
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                pairs.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

/// Makes a [`Value`]. Enums take the form serde_json gives them.
#[derive(Clone, Copy)]
pub(super) struct ValueSerializer;

macro_rules! scalars {
    ($($method:ident $number:ty as $wide:ty),*) => {$(
        // Fields are written by code of other crates.
        #[inline]
        fn $method(self, number: $number) -> Result<Value, Error> {
            Ok(Value::from(<$wide>::from(number)))
        }
    )*};
}

impl Serializer for ValueSerializer {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    scalars! {
        serialize_bool bool as bool, serialize_i8 i8 as i64, serialize_i16 i16 as i64, serialize_i32 i32 as i64,
        serialize_i64 i64 as i64, serialize_u8 u8 as u64, serialize_u16 u16 as u64, serialize_u32 u32 as u64,
        serialize_u64 u64 as u64
    }

    fn serialize_f32(self, number: f32) -> Result<Value, Error> {
        Ok(Value::Float(number.into()))
    }

    fn serialize_f64(self, number: f64) -> Result<Value, Error> {
        Ok(Value::Float(number))
    }

    fn serialize_char(self, character: char) -> Result<Value, Error> {
        Ok(Value::Str(character.into()))
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<Value, Error> {
        Ok(text.into())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, Error> {
        Ok(Value::Bin(Bytes::copy_from_slice(bytes)))
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Error> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        Ok(tagged(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Elements, Error> {
        Ok(Elements { variant: None, values: Vec::with_capacity(len.unwrap_or(0)) })
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements, Error> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Elements, Error> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Elements, Error> {
        Ok(Elements { variant: Some(variant), values: Vec::with_capacity(len) })
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Entries, Error> {
        Ok(Entries { variant: None, key: None, pairs: Vec::with_capacity(len.unwrap_or(0)) })
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Entries, Error> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Entries, Error> {
        Ok(Entries { variant: Some(variant), key: None, pairs: Vec::with_capacity(len) })
    }
}

fn tagged(variant: Option<&str>, value: Value) -> Value {
    match variant {
        Some(variant) => Value::Map(vec![(variant.into(), value)]),
        None => value,
    }
}

pub(super) struct Elements {
    variant: Option<&'static str>,
    values: Vec<Value>,
}

impl Elements {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.values.push(value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn finish(self) -> Value {
        tagged(self.variant, Value::Array(self.values))
    }
}

macro_rules! elements {
    ($($access:ident $method:ident),*) => {$(
        impl ser::$access for Elements {
            type Ok = Value;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.add(value)
            }

            fn end(self) -> Result<Value, Error> {
                Ok(self.finish())
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

pub(super) struct Entries {
    variant: Option<&'static str>,
    /// Waits for its value.
    key: Option<String>,
    pairs: Vec<(String, Value)>,
}

impl SerializeMap for Entries {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = Some(match key.serialize(ValueSerializer)? {
            Value::Str(text) => text,
            Value::Int(number) => number.to_string(),
            Value::UInt(number) => number.to_string(),
            _ => return Err(Error::Value("map key is neither text nor a whole number".into())),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = self.key.take().ok_or_else(|| Error::Value("map value without a key".into()))?;
        self.pairs.push((key, value.serialize(ValueSerializer)?));
        Ok(())
    }

    fn end(self) -> Result<Value, Error> {
        Ok(tagged(self.variant, Value::Map(self.pairs)))
    }
}

macro_rules! fields {
    ($($access:ident),*) => {$(
        impl ser::$access for Entries {
            type Ok = Value;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
                self.pairs.push((key.into(), value.serialize(ValueSerializer)?));
                Ok(())
            }

            fn end(self) -> Result<Value, Error> {
                SerializeMap::end(self)
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant }
