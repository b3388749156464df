//! Tests of the JSON parser against the specification's wire forms and against hostile text.

use bytes::Bytes;
use engineio::{Message, Text};

use super::*;
use crate::{Decoder, Error, Limits, Namespace, Packet, PacketKind, Value, to_value};

fn decode_text(text: &str) -> Result<Packet, Error> {
    decode(&Text::from(text), &Limits::default())?.finish(&[])
}

fn wire(packet: &Packet) -> (String, Vec<Bytes>) {
    let encoded = encode(packet);
    let Message::Text(text) = &encoded.head else { panic!("{encoded:?}") };
    (text.to_string(), encoded.attachments.iter().map(|binary| binary.clone().into_bytes()).collect())
}

fn packet(kind: PacketKind, namespace: &str, id: Option<u64>, data: Option<Value>) -> Packet {
    Packet { kind, namespace: Namespace::new(namespace), id, data }
}

#[test]
fn wire_forms_are_those_of_the_specification() {
    use PacketKind::*;
    let value = |json: &str| Some(serde_json::from_str::<Value>(json).unwrap());
    let forms = [
        ("0", packet(Connect, "/", None, None)),
        ("0/admin,", packet(Connect, "/admin", None, None)),
        (r#"0{"token":"x"}"#, packet(Connect, "/", None, value(r#"{"token":"x"}"#))),
        (
            r#"0/a,{"sid":"oSO0OpakMV_3jnilAAAA"}"#,
            packet(Connect, "/a", None, value(r#"{"sid":"oSO0OpakMV_3jnilAAAA"}"#)),
        ),
        ("1", packet(Disconnect, "/", None, None)),
        ("1/admin,", packet(Disconnect, "/admin", None, None)),
        (r#"2["foo"]"#, packet(Event, "/", None, value(r#"["foo"]"#))),
        (
            r#"2/admin,12["foo",1.5,-3,null,"é\n"]"#,
            packet(Event, "/admin", Some(12), value(r#"["foo",1.5,-3,null,"é\n"]"#)),
        ),
        ("3/admin,18446744073709551615[]", packet(Ack, "/admin", Some(u64::MAX), value("[]"))),
        (
            r#"4/admin,{"message":"Not authorized"}"#,
            packet(ConnectError, "/admin", None, value(r#"{"message":"Not authorized"}"#)),
        ),
        (r#"4"old""#, packet(ConnectError, "/", None, value(r#""old""#))),
    ];
    for (text, packet) in forms {
        assert_eq!(wire(&packet), (text.to_owned(), vec![]));
        assert_eq!(decode_text(text), Ok(packet), "{text}");
    }
}

#[test]
fn bytes_become_attachments_in_order() {
    let (a, b) = (Bytes::from_static(&[1]), Bytes::from_static(&[2, 3]));
    let map = Value::Map(vec![("deep".into(), Value::Array(vec![Value::Bin(b.clone())]))]);
    let data = Value::Array(vec!["x".into(), Value::Bin(a.clone()), map]);
    for (kind, digit) in [(PacketKind::Event, 5), (PacketKind::Ack, 6)] {
        let packet = packet(kind, "/n", Some(4), Some(data.clone()));
        let (text, attachments) = wire(&packet);
        let json = r#"["x",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}]"#;
        assert_eq!(text, format!("{digit}2-/n,4{json}"));
        assert_eq!(attachments, [a.clone(), b.clone()]);
        let mut decoder = Decoder::new(Limits::default());
        let decoded: Vec<_> =
            encode(&packet).messages().filter_map(|message| decoder.decode(message).unwrap()).collect();
        assert_eq!(decoded, [packet]);
    }
}

#[test]
fn numbers_json_lacks_become_null_and_bytes_outside_events_a_list() {
    let data =
        Value::Array(vec!["x".into(), Value::Float(f64::NAN), Value::Float(f64::INFINITY), Value::UInt(u64::MAX)]);
    assert_eq!(wire(&packet(PacketKind::Event, "/", None, Some(data))).0, r#"2["x",null,null,18446744073709551615]"#);
    let auth = Value::Map(vec![("key".into(), Value::Bin(Bytes::from_static(&[1, 2])))]);
    assert_eq!(wire(&packet(PacketKind::Connect, "/", None, Some(auth))).0, r#"0{"key":[1,2]}"#);
}

#[test]
fn attachment_counts_are_plain_decimal_numbers() {
    for text in [
        "5",
        "51",
        "5-[\"x\"]",
        "5-1-[\"x\"]",
        "50-[\"x\"]",
        "51.5-[\"x\"]",
        "51e0-[\"x\"]",
        "5x-[\"x\"]",
        "5 1-[\"x\"]",
        "5+1-[\"x\"]",
    ] {
        assert_eq!(decode_text(text), Err(Error::InvalidAttachmentCount), "{text}");
    }
    let huge = "599999999999999999999999-[\"x\"]";
    assert_eq!(decode_text(huge), Err(Error::TooManyAttachments { count: usize::MAX, limit: 10 }));
}

#[test]
fn hostile_text_is_refused_with_the_cause() {
    let cases = [
        ("", Error::EmptyMessage),
        ("7", Error::UnknownType),
        ("é", Error::UnknownType),
        ("-1", Error::UnknownType),
        ("2", Error::InvalidData("event")),
        ("2[]", Error::InvalidData("event")),
        ("2{}", Error::InvalidData("event")),
        ("2\"x\"", Error::InvalidData("event")),
        ("2[{}]", Error::InvalidEventName),
        ("2[null]", Error::InvalidEventName),
        ("2[3]", Error::InvalidEventName),
        ("2[[\"x\"]]", Error::InvalidEventName),
        ("0[]", Error::InvalidData("connect")),
        ("0null", Error::InvalidData("connect")),
        ("0\"x\"", Error::InvalidData("connect")),
        ("1{}", Error::InvalidData("disconnect")),
        ("4", Error::InvalidData("connect error")),
        ("4[]", Error::InvalidData("connect error")),
        ("31{}", Error::InvalidData("ack")),
        ("31", Error::InvalidData("ack")),
        ("25 6[]", Error::InvalidId),
        ("318446744073709551616[]", Error::InvalidId),
        ("3-1[]", Error::InvalidJson { column: 3 }),
        ("21.5[\"x\"]", Error::InvalidJson { column: 1 }),
        ("2[\"x\"]]", Error::InvalidJson { column: 6 }),
        ("2[\"x\",1e]", Error::InvalidJson { column: 8 }),
        ("2[\"x\",01]", Error::InvalidJson { column: 7 }),
        ("2[\"x\",\"\t\"]", Error::InvalidJson { column: 7 }),
        ("2[\"x\",\"\\q\"]", Error::InvalidJson { column: 8 }),
        ("2[\"x\"", Error::InvalidJson { column: 5 }),
        ("2[\"x\",nul]", Error::InvalidJson { column: 6 }),
    ];
    for (text, error) in cases {
        assert_eq!(decode_text(text), Err(error), "{text}");
    }
    for name in crate::RESERVED_EVENTS {
        assert_eq!(decode_text(&format!("2[\"{name}\"]")), Err(Error::ReservedEvent(name)));
    }
}

/// The second element of an event.
fn argument(json: &str) -> Value {
    match decode_text(&format!("2[\"x\",{json}]")).map(|packet| packet.data) {
        Ok(Some(Value::Array(mut data))) if data.len() == 2 => data.remove(1),
        other => panic!("{json}: {other:?}"),
    }
}

#[test]
fn numbers_are_those_that_javascript_reads() {
    let numbers = [
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("-9223372036854775809", Value::Float(-9_223_372_036_854_775_808.0)),
        ("9223372036854775808", Value::UInt(1 << 63)),
        ("18446744073709551615", Value::UInt(u64::MAX)),
        ("18446744073709551616", Value::Float(18_446_744_073_709_551_616.0)),
        ("1e400", Value::Float(f64::INFINITY)),
        ("-1e400", Value::Float(f64::NEG_INFINITY)),
        ("1e-400", Value::Float(0.0)),
        ("7.2057594037927933e16", Value::Float(72_057_594_037_927_936.0)),
        ("1E+2", Value::Float(100.0)),
    ];
    for (json, number) in numbers {
        assert_eq!(argument(json), number, "{json}");
    }
    let Value::Float(zero) = argument("-0") else { panic!() };
    assert!(zero == 0.0 && zero.is_sign_negative());
}

#[test]
fn halves_of_surrogate_pairs_are_replaced_and_pairs_are_characters() {
    let strings = [
        (r"\ud83d\ude00", "😀"),
        (r"\ud800", "\u{fffd}"),
        (r"\udc00\ud800", "\u{fffd}\u{fffd}"),
        (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
        (r"\ud800\u0041b", "\u{fffd}Ab"),
        (r"\ud800\n", "\u{fffd}\n"),
    ];
    for (json, text) in strings {
        assert_eq!(argument(&format!("\"{json}\"")), text.into(), "{json}");
        assert_eq!(argument(&format!("{{\"{json}\":1}}")).get(text), Some(&Value::Int(1)), "{json}");
    }
    assert_eq!(decode_text(r#"2["x","\ud800\u00"]"#), Err(Error::InvalidJson { column: 14 }));
}

#[test]
fn text_of_any_length_is_taken_up_to_its_end() {
    for len in 0..40 {
        for end in ["", "é", "😀"] {
            let text = format!("{}{end}", "x".repeat(len));
            assert_eq!(argument(&format!("\"{text}\"")), text.as_str().into());
            assert_eq!(argument(&format!("\"{text}\\n{text}\"")), format!("{text}\n{text}").into());
            assert!(decode_text(&format!("2[\"{text}\u{1f}\"]")).is_err());
        }
    }
}

#[test]
fn of_a_repeated_name_the_last_value_counts_at_the_place_of_the_first() {
    for many in [0, 20, 5_000] {
        let filler: String = (0..many).map(|n| format!(",\"{n}\":0")).collect();
        let Value::Map(pairs) = argument(&format!(r#"{{"a":1,"b":2{filler},"\u0061":3}}"#)) else { panic!() };
        assert_eq!(pairs.len(), 2 + many);
        assert_eq!(pairs[..2], [("a".into(), Value::Int(3)), ("b".into(), Value::Int(2))]);
    }
    let text = Text::from(r#"51-["x",{"_placeholder":false,"_placeholder":true,"num":7,"num":0}]"#);
    let bytes = Bytes::from_static(b"b");
    let packet = decode(&text, &Limits::default()).unwrap().finish(std::slice::from_ref(&bytes)).unwrap();
    assert_eq!(packet.data, Some(Value::Array(vec!["x".into(), Value::Bin(bytes)])));
}

#[test]
fn blanks_count_as_digits_of_an_id_as_in_the_reference_parser() {
    let forms =
        [("2[\"x\"]", None), ("2 [\"x\"]", Some(0)), ("2\u{feff}[\"x\"]", Some(0)), ("2 12\u{a0}[\"x\"]", Some(12))];
    for (text, id) in forms {
        assert_eq!(decode_text(text).map(|packet| packet.id), Ok(id), "{text:?}");
    }
    assert_eq!(decode_text("2\u{85}[\"x\"]"), Err(Error::InvalidJson { column: 1 }), "no blank to JavaScript");
}

#[test]
fn the_namespace_limit_holds_on_both_sides() {
    let name = |len: usize| format!("0/{}", "n".repeat(len - 1));
    assert!(decode_text(&name(256)).is_ok());
    assert_eq!(decode_text(&name(257)), Err(Error::NamespaceTooLong { len: 257, limit: 256 }));
}

#[test]
fn depth_and_value_limits_hold_on_both_sides() {
    let nested = |depth: usize| format!("2[\"x\",{}{}]", "[".repeat(depth), "]".repeat(depth));
    assert!(decode_text(&nested(31)).is_ok());
    assert_eq!(decode_text(&nested(32)), Err(Error::TooDeep { limit: 32 }));
    assert_eq!(decode_text(&nested(100_000)), Err(Error::TooDeep { limit: 32 }));
    let objects = format!("2[\"x\",{}", "{\"a\":".repeat(100_000));
    assert_eq!(decode_text(&objects), Err(Error::TooDeep { limit: 32 }));
    let deep = Limits { depth: 10_000, ..Limits::default() };
    assert!(decode(&nested(127).into(), &deep).is_ok());
    assert!(decode(&nested(128).into(), &deep).is_err(), "128 whatever the settings say");
    // The list itself and the name count too.
    let many = |values: usize| format!("2[\"x\"{}]", ",0".repeat(values - 2));
    assert!(decode_text(&many(100_000)).is_ok());
    assert_eq!(decode_text(&many(100_001)), Err(Error::TooManyValues { limit: 100_000 }));
}

#[test]
fn every_prefix_and_every_flipped_byte_is_answered_without_a_panic() {
    let data = to_value(&("naïve", 1.5, -1, [true], Bytes::from_static(b"ab"))).unwrap();
    let packets = [
        packet(PacketKind::Connect, "/é", None, Some(Value::Map(vec![("a".into(), Value::Null)]))),
        packet(PacketKind::Disconnect, "/n", None, None),
        packet(PacketKind::Event, "/n", Some(12), Some(data.clone())),
        packet(PacketKind::Ack, "/", Some(3), Some(data)),
        packet(PacketKind::ConnectError, "/", None, Some("no".into())),
    ];
    for packet in packets {
        let bytes = wire(&packet).0.into_bytes();
        for at in 0..bytes.len() {
            let _ = Text::try_from(&bytes[..at]).map(|text| decode(&text, &Limits::default()));
            for byte in [b'0', b'-', b'/', b',', b'"', b'[', 0, 0x7f] {
                let mut broken = bytes.clone();
                broken[at] = byte;
                let _ = Text::try_from(broken).map(|text| decode(&text, &Limits::default()));
            }
        }
    }
}
