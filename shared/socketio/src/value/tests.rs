//! Tests of [`Value`] against serde: types survive the way there and back, and agree with serde_json.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Order {
    Stop,
    Train(u8),
    Move(i32, i32),
    Gather { node: u64, queue: bool },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Id(u32);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Action<'a> {
    seq: u64,
    name: &'a str,
    order: Order,
    units: Vec<Id>,
    note: Option<String>,
    at: (i8, f64),
    names: BTreeMap<u16, char>,
}

fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(original: T) {
    let value = to_value(&original).unwrap();
    assert_eq!(from_value::<T>(&value).unwrap(), original);
    // The shape is the one serde_json has, so both parsers show applications the same.
    let json: Value = serde_json::from_str(&serde_json::to_string(&original).unwrap()).unwrap();
    assert_eq!(value, json);
}

#[test]
fn types_survive_and_have_the_shape_of_json() {
    there_and_back(());
    there_and_back(true);
    there_and_back((i64::MIN, i64::MAX, u64::MAX, -1_i8));
    there_and_back(1.5_f64);
    there_and_back(String::from("é"));
    there_and_back(vec![Some(1), None]);
    there_and_back(vec![Order::Stop, Order::Train(3), Order::Move(-1, 2), Order::Gather { node: 9, queue: true }]);
    there_and_back(BTreeMap::from([(String::from("a"), Id(1))]));
}

#[test]
fn structs_may_borrow_their_texts() {
    let action = Action {
        seq: u64::MAX,
        name: "act",
        order: Order::Move(3, 4),
        units: vec![Id(1), Id(2)],
        note: None,
        at: (-1, 0.25),
        names: BTreeMap::from([(7, 'x')]),
    };
    let value = to_value(&action).unwrap();
    assert_eq!(from_value::<Action<'_>>(&value).unwrap(), action);
}

#[test]
fn a_value_within_a_value_stays_itself() {
    let value = Value::Map(vec![("a".into(), Value::Array(vec![Value::Null, Value::Bin(Bytes::from_static(b"x"))]))]);
    assert_eq!(to_value(&value).unwrap(), value);
    assert_eq!(from_value::<Value>(&value).unwrap(), value);
}

#[test]
fn bytes_are_binary_in_both_directions() {
    let value = to_value(&Bytes::from_static(b"ab")).unwrap();
    assert_eq!(value, Value::Bin(Bytes::from_static(b"ab")));
    assert_eq!(from_value::<Bytes>(&value).unwrap(), Bytes::from_static(b"ab"));
}

#[test]
fn what_does_not_fit_is_an_error_that_says_so() {
    let wrong = from_value::<u8>(&Value::Int(256)).unwrap_err();
    assert!(wrong.to_string().contains("256"), "{wrong}");
    assert!(from_value::<Order>(&Value::from("Fly")).is_err());
    assert!(from_value::<Order>(&Value::Map(vec![])).is_err());
    assert!(from_value::<(u8, u8)>(&Value::Array(vec![Value::Int(1)])).is_err());
    assert!(from_value::<(u8,)>(&Value::Array(vec![Value::Int(1), Value::Int(2)])).is_err());
    assert!(to_value(&BTreeMap::from([(vec![1], 1)])).is_err());
}

#[test]
fn a_value_is_seen_as_what_it_is_and_as_nothing_else() {
    let bytes = Bytes::from_static(b"\x01");
    let values = [
        Value::Null,
        Value::Bool(true),
        Value::Int(-1),
        Value::Int(1),
        Value::UInt(u64::MAX),
        Value::Float(0.5),
        Value::Str("text".into()),
        Value::Bin(bytes.clone()),
        Value::Array(vec![Value::Int(1)]),
        Value::Map(vec![("a".into(), Value::Null)]),
    ];
    let at = |place: usize| (0..values.len()).map(move |n| n == place);
    assert!(values.iter().map(Value::is_null).eq(at(0)));
    assert!(values.iter().map(|v| v.as_bool() == Some(true)).eq(at(1)));
    assert!(values.iter().map(|v| v.as_str() == Some("text")).eq(at(6)));
    assert!(values.iter().map(|v| v.as_bytes() == Some(&bytes)).eq(at(7)));
    assert!(values.iter().map(|v| v.as_array() == Some(&[Value::Int(1)])).eq(at(8)));
    let signed: Vec<_> = values.iter().filter_map(Value::as_i64).collect();
    let unsigned: Vec<_> = values.iter().filter_map(Value::as_u64).collect();
    let any: Vec<_> = values.iter().filter_map(Value::as_f64).collect();
    assert_eq!((signed, unsigned), (vec![-1, 1], vec![1, u64::MAX]));
    assert_eq!(any, [-1.0, 1.0, 18_446_744_073_709_551_616.0, 0.5]);
    assert_eq!(values[8].to::<[u8; 1]>(), Ok([1]));
    assert!(values[0].to::<u8>().is_err());
}
