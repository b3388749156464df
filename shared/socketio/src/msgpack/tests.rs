//! Tests of the MessagePack parser: round trips, agreement with rmp-serde and notepack, hostile bytes.

use engineio::Message;

use super::*;

fn round_trip(value: &Value) -> Value {
    let mut out = Vec::new();
    write_value(&mut out, value, None);
    read::value(&out.into(), &Limits::default()).unwrap()
}

fn edge_values() -> Vec<Value> {
    let mut values = vec![Value::Null, Value::Bool(true), Value::Bool(false), Value::UInt(u64::MAX)];
    for bits in [0, 5, 7, 8, 15, 16, 31, 32, 53, 62] {
        let edge = 1_i64 << bits;
        values.extend([edge - 1, edge, edge + 1, -edge, -edge - 1, -edge + 1].map(Value::Int));
    }
    values.extend([Value::Int(i64::MIN), Value::Int(i64::MAX), Value::UInt(1 << 63)]);
    values.extend([0.5, -1e300, f64::INFINITY].map(Value::Float));
    for len in [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536] {
        values.push(Value::Str("x".repeat(len)));
        values.push(Value::Bin(vec![7; len].into()));
        values.push(Value::Array(vec![Value::Int(1); len]));
        values.push(Value::Map((0..len).map(|n| (n.to_string(), Value::Null)).collect()));
    }
    values
}

#[test]
fn every_length_and_number_class_survives() {
    for value in edge_values() {
        assert_eq!(round_trip(&value), value);
    }
}

#[test]
fn bytes_are_those_of_rmp_serde() {
    for value in edge_values() {
        let mut out = Vec::new();
        write_value(&mut out, &value, None);
        assert_eq!(out, rmp_serde::to_vec(&value).unwrap(), "{value:?}");
    }
}

fn packets() -> Vec<Packet> {
    let data = || Some(Value::Array(vec!["x".into(), Value::Bin(Bytes::from_static(&[1, 2])), Value::Float(0.5)]));
    let map = || Some(Value::Map(vec![("message".into(), "é".into())]));
    let packet = |kind, namespace: &str, id, data| Packet { kind, namespace: Namespace::new(namespace), id, data };
    vec![
        packet(PacketKind::Connect, "/", None, None),
        packet(PacketKind::Connect, "/admin", None, map()),
        packet(PacketKind::Disconnect, "/admin", None, None),
        packet(PacketKind::Event, "/", None, data()),
        packet(PacketKind::Event, "/a", Some(u64::MAX), data()),
        packet(PacketKind::Ack, "/", Some(0), Some(Value::Array(vec![]))),
        packet(PacketKind::ConnectError, "/a", None, map()),
    ]
}

fn wire(packet: &Packet) -> Bytes {
    let encoded = encode(packet);
    let Message::Binary(binary) = encoded.head else { panic!("{encoded:?}") };
    binary.into_bytes()
}

fn decode_bytes(bytes: impl Into<Bytes>) -> Result<Packet, Error> {
    decode(&bytes.into(), &Limits::default())
}

#[test]
fn every_kind_survives() {
    for packet in packets() {
        assert_eq!(decode_bytes(wire(&packet)), Ok(packet));
    }
}

#[test]
fn large_binary_values_share_the_message_s_storage_and_small_ones_do_not_keep_it() {
    let shares = |bin: usize| {
        let bin = [&b"\xc6"[..], &(bin as u32).to_be_bytes(), &vec![7; bin]].concat();
        let message =
            Bytes::from(notepack(2, &[b"\x93\xa1x", &bin[..], b"\xda\x7f\xff", &vec![b'x'; 0x7fff]].concat()));
        let Some(Value::Array(data)) = decode_bytes(message.clone()).unwrap().data else { panic!() };
        let Value::Bin(bytes) = &data[1] else { panic!("{data:?}") };
        assert!(bytes.iter().all(|byte| *byte == 7));
        message.as_ptr_range().contains(&bytes.as_ptr())
    };
    assert!(shares(33_000));
    assert!(!shares(32_000));
    assert!(!shares(1));
}

/// `{"type":t, "nsp":"/", "data":…}` as notepack orders it.
fn notepack(kind: u8, data: &[u8]) -> Vec<u8> {
    [b"\x84\xa4type", &[kind][..], b"\xa4data", data, b"\xa7options\x81\xa8compress\xc3\xa3nsp\xa1/"].concat()
}

#[test]
fn what_notepack_writes_is_read() {
    let undefined = b"\xd4\x00\x00";
    assert_eq!(decode_bytes(notepack(0, undefined)), Ok(packets()[0].clone()));
    let date = b"\x93\xa1x\xd7\x00\x00\x00\x01\x8b\xcf\xe5\x68\x00\xd4\x00\x00";
    let expected = Value::Array(vec!["x".into(), Value::Int(1_700_000_000_000), Value::Null]);
    assert_eq!(decode_bytes(notepack(2, date)).unwrap().data, Some(expected));
}

#[test]
fn hostile_bytes_are_refused_with_the_cause() {
    let cases: [(&[u8], Error); 8] = [
        (b"", Error::EmptyMessage),
        (b"\xc0", Error::UnknownType),
        (b"\x80", Error::UnknownType),
        (b"\x81\xa1a\xc1", Error::InvalidMsgpack { marker: 0xc1, offset: 3 }),
        (b"\x81\x01\x01", Error::InvalidMsgpack { marker: 1, offset: 1 }),
        (b"\x81\xa1\xff\x01", Error::InvalidMsgpack { marker: 0xff, offset: 2 }),
        (b"\x81\xa4type\x02\x00", Error::TrailingBytes(1)),
        (b"\x81\xa1a\xc7\x01\x05\x00", Error::InvalidMsgpack { marker: 0xc7, offset: 3 }),
    ];
    for (bytes, error) in cases {
        assert_eq!(decode_bytes(Bytes::from_static(bytes)), Err(error), "{bytes:x?}");
    }
    for kind in [5, 6, 0x7f, 0xff] {
        assert_eq!(decode_bytes(notepack(kind, b"\x91\xa1x")), Err(Error::UnknownType));
    }
    assert_eq!(decode_bytes(notepack(2, b"\x91\x05")), Err(Error::InvalidEventName));
    assert_eq!(decode_bytes(notepack(2, b"\x91\xa7connect")), Err(Error::ReservedEvent("connect")));
    assert_eq!(decode_bytes(notepack(2, b"\x90")), Err(Error::InvalidData("event")));
    assert_eq!(decode_bytes(notepack(0, b"\x90")), Err(Error::InvalidData("connect")));
}

#[test]
fn of_a_repeated_name_the_last_value_counts() {
    let packet = decode_bytes(&b"\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x83\xa1a\x01\xa1b\x02\xa1a\x03"[..]).unwrap();
    let map = vec![("a".into(), Value::Int(3)), ("b".into(), Value::Int(2))];
    assert_eq!(packet.data, Some(Value::Map(map)));
}

#[test]
fn ids_are_whole_and_not_negative_and_names_have_their_form() {
    let with =
        |id: &[u8], name: &[u8]| decode_bytes([b"\x84\xa4type\x03\xa4data\x90\xa3nsp", name, b"\xa2id", id].concat());
    assert_eq!(with(b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", b"\xa1/").unwrap().id, Some(u64::MAX));
    for id in [&b"\xff"[..], b"\xcb\x40\x00\x00\x00\x00\x00\x00\x00", b"\xa11"] {
        assert_eq!(with(id, b"\xa1/"), Err(Error::InvalidId), "{id:x?}");
    }
    for none in [&b"\xc0"[..], b"\xd4\x00\x00"] {
        assert_eq!(with(none, b"\xa1/").unwrap().id, None, "{none:x?}");
    }
    for name in [&b"\xa0"[..], b"\xa1a", b"\xa3/,a", b"\x05", b"\xc0"] {
        assert_eq!(with(b"\x01", name), Err(Error::InvalidNamespace), "{name:x?}");
    }
    let long = [&b"\xda\x01\x01"[..], &[b'/'; 257]].concat();
    assert_eq!(with(b"\x01", &long), Err(Error::NamespaceTooLong { len: 257, limit: 256 }));
}

#[test]
fn declared_lengths_beyond_the_message_are_refused_before_anything_is_kept() {
    for marker in [0xc6, 0xdb, 0xdd, 0xdf] {
        let claim = [b"\x81\xa1a", &[marker][..], &[0xff; 4]].concat();
        assert_eq!(decode_bytes(claim), Err(Error::Truncated { len: 8 }), "{marker:x}");
    }
    // Claims within claims: each level is cut short by what is really there.
    let nested = [b"\x81\xa1a", &[0xdd, 0x00, 0x00, 0x00, 0x05].repeat(4)[..]].concat();
    assert_eq!(decode_bytes(nested), Err(Error::Truncated { len: 23 }));
    assert_eq!(decode_bytes(&b"\xdf\xff\xff\xff\xff"[..]), Err(Error::Truncated { len: 5 }));
}

#[test]
fn depth_and_value_limits_hold_on_both_sides() {
    // The packet's map and the list of arguments are two levels.
    let nested = |depth: usize| notepack(2, &[b"\x92\xa1x", &vec![0x91; depth][..], b"\xc0"].concat());
    assert!(decode_bytes(nested(30)).is_ok());
    assert_eq!(decode_bytes(nested(31)), Err(Error::TooDeep { limit: 32 }));
    assert_eq!(decode_bytes([b"\x81\xa1a", &vec![0x91; 900_000][..]].concat()), Err(Error::TooDeep { limit: 32 }));
    assert_eq!(decode_bytes(b"\x81\xa1a".repeat(200)), Err(Error::TooDeep { limit: 32 }));
    let wide = [&b"\x82\xa4type\x02\xa4data\xdd\x00\x0f\x42\x40"[..], &vec![0xc0; 1_000_000]].concat();
    assert_eq!(decode_bytes(wide), Err(Error::TooManyValues { limit: 100_000 }));
}

#[test]
fn every_prefix_and_every_flipped_byte_is_answered_without_a_panic() {
    for packet in packets() {
        let bytes = wire(&packet);
        for at in 0..bytes.len() {
            assert!(decode_bytes(bytes.slice(..at)).is_err());
            for byte in 0..=255 {
                let mut broken = bytes.to_vec();
                broken[at] = byte;
                let _ = decode_bytes(broken);
            }
        }
    }
}

#[test]
fn long_binary_values_are_shared_with_the_message_and_change_no_byte_of_it() {
    let (long, short) = (Bytes::from(vec![7; 2_048]), Bytes::from(vec![8; 2_047]));
    let bin = |bytes: &Bytes| Value::Bin(bytes.clone());
    let data = Value::Array(vec!["x".into(), bin(&long), bin(&short), Value::Map(vec![("k".into(), bin(&long))])]);
    let packet = Packet::new(PacketKind::Event, Namespace::ROOT, Some(data.clone()));
    let Message::Binary(message) = encode(&packet).head else { panic!("no binary message") };
    let shared = message.chunks().iter().filter(|chunk| chunk.as_ptr() == long.as_ptr()).count();
    assert_eq!((shared, message.chunks().len()), (2, 4));
    let mut copied = Vec::new();
    write_value(&mut copied, &data, None);
    let bytes = message.into_bytes();
    assert!(bytes.ends_with(&copied));
    assert_eq!(decode(&bytes, &Limits::default()).unwrap(), packet);
}
