//! What is written as a list of arguments, and what as one: the outermost form decides. Owns nothing below that.

use serde::{Serialize, Serializer};

use super::data::Value;
use super::ser::{Elements, Entries, ValueSerializer};
use crate::Error;

/// The arguments that `list` stands for: each element of a tuple or an array of fixed size, none for unit, and anything else
/// is one.
///
/// # Errors
///
/// As [`to_value`](super::to_value).
pub(crate) fn to_values<T: Serialize + ?Sized>(list: &T) -> Result<Vec<Value>, Error> {
    let mut form = Form::One;
    let value = list.serialize(Outermost(&mut form))?;
    Ok(match (form, value) {
        // Dynamic values, as serde_json's, write their null as unit too; unlike unit they take room.
        (Form::None, _) if size_of_val(list) == 0 => Vec::new(),
        (Form::List, Value::Array(values)) => values,
        (_, value) => vec![value],
    })
}

/// How many arguments the outermost value stands for.
enum Form {
    None,
    One,
    List,
}

/// Makes a [`Value`] and notes the form of the outermost one, which the value alone does not tell.
struct Outermost<'a>(&'a mut Form);

macro_rules! scalars {
    ($($method:ident $scalar:ty),*) => {$(
        fn $method(self, scalar: $scalar) -> Result<Value, Error> {
            ValueSerializer.$method(scalar)
        }
    )*};
}

impl Serializer for Outermost<'_> {
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
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_u8 u8,
        serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_f32 f32, serialize_f64 f64,
        serialize_char char, serialize_str &str, serialize_bytes &[u8], serialize_unit_struct &'static str
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        *self.0 = Form::None;
        Ok(Value::Null)
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements, Error> {
        *self.0 = Form::List;
        ValueSerializer.serialize_tuple(len)
    }

    fn serialize_none(self) -> Result<Value, Error> {
        ValueSerializer.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        ValueSerializer.serialize_some(value)
    }

    fn serialize_unit_variant(self, name: &'static str, at: u32, variant: &'static str) -> Result<Value, Error> {
        ValueSerializer.serialize_unit_variant(name, at, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Value, Error> {
        ValueSerializer.serialize_newtype_struct(name, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        at: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        ValueSerializer.serialize_newtype_variant(name, at, variant, value)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Elements, Error> {
        ValueSerializer.serialize_seq(len)
    }

    fn serialize_tuple_struct(self, name: &'static str, len: usize) -> Result<Elements, Error> {
        ValueSerializer.serialize_tuple_struct(name, len)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        at: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Elements, Error> {
        ValueSerializer.serialize_tuple_variant(name, at, variant, len)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Entries, Error> {
        ValueSerializer.serialize_map(len)
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Entries, Error> {
        ValueSerializer.serialize_struct(name, len)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        at: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Entries, Error> {
        ValueSerializer.serialize_struct_variant(name, at, variant, len)
    }
}
