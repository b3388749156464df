//! The JSON parser: bytes as a whole message, and as the arguments of an acknowledgement beside serde_json, which has to agree but
//! for what JavaScript reads and it does not: halves of surrogate pairs and numbers beyond a double's range.

use engineio::{Message, Text};
use serde_json::Value as Json;
use socketio::{Decoder, Error, Parser, Value};

use crate::same::{assert_bounded_and_stable, assert_same, limits};

/// How serde_json calls what JavaScript reads and it does not.
const JAVASCRIPT_ONLY: [&str; 3] =
    ["number out of range", "lone leading surrogate in hex escape", "unexpected end of hex escape"];

/// See the module.
pub fn check(data: &[u8]) {
    let Ok(text) = Text::try_from(data.to_vec()) else { return };
    let decode = |text: Text| Decoder::with_parser(limits(), Parser::Json).decode(Message::Text(text));
    if let Ok(Some(packet)) = decode(text.clone()) {
        assert_bounded_and_stable(&packet, Parser::Json);
    }
    let list = format!("[{text}]");
    let theirs = serde_json::from_str::<Json>(&list);
    match (decode(format!("30{list}").into()), theirs) {
        (Ok(Some(packet)), Ok(theirs)) => {
            let ours = packet.data.as_ref().expect("an acknowledgement has a list");
            assert_same(&sorted(ours), &theirs);
        }
        (Ok(Some(_)), Err(error)) => {
            let words = error.to_string();
            let known = JAVASCRIPT_ONLY.iter().any(|only| words.starts_with(only));
            assert!(known, "{list} is taken; serde_json: {words}");
        }
        (Ok(None), _) => panic!("an acknowledgement without attachments waits for some"),
        (Err(Error::TooDeep { .. } | Error::TooManyValues { .. } | Error::MessageTooLarge { .. }), _) => {}
        (Err(error), theirs) => assert!(theirs.is_err(), "{list} is refused: {error}"),
    }
}

/// The value as serde_json has it: names in order.
fn sorted(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::from(*truth),
        Value::Int(whole) => Json::from(*whole),
        Value::UInt(whole) => Json::from(*whole),
        Value::Float(float) => Json::from(*float),
        Value::Str(text) => Json::from(text.as_str()),
        Value::Bin(_) => panic!("binary in a text packet"),
        Value::Array(values) => values.iter().map(sorted).collect(),
        Value::Map(pairs) => {
            let map: serde_json::Map<_, _> = pairs.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            assert_eq!(map.len(), pairs.len(), "a repeated name");
            Json::Object(map)
        }
    }
}
