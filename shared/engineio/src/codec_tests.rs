//! Tests of both codecs, WebSocket messages and polling bodies.

use std::time::Duration;

use bytes::Bytes;

use crate::{
    Binary, Error, Frame, Handshake, Limits, Message, Opcode, Packet, Probe, Text, decode_binary, decode_text,
    payload::{SEPARATOR, decode, encode, encoded_len},
};

fn handshake() -> Handshake {
    Handshake {
        sid: "abc".into(),
        upgrades: vec!["websocket".into()],
        ping_interval: Duration::from_millis(25_000),
        ping_timeout: Duration::from_millis(20_000),
        max_payload: 1_000_000,
    }
}

fn every_kind() -> Vec<Packet> {
    vec![
        Packet::Open(Box::new(handshake())),
        Packet::Close,
        Packet::Ping(Probe::Heartbeat),
        Packet::Ping(Probe::Upgrade),
        Packet::Pong(Probe::Heartbeat),
        Packet::Pong(Probe::Upgrade),
        Packet::Message(Message::text("héllo €")),
        Packet::Message(Message::text("")),
        Packet::Message(Message::binary(vec![0, 1, 2, 255])),
        Packet::Message(Message::binary(Bytes::new())),
        Packet::Upgrade,
        Packet::Noop,
    ]
}

fn decode_frame(frame: &Frame) -> Result<Packet, Error> {
    let bytes = frame.to_bytes();
    match frame.opcode {
        Opcode::Text => decode_text(&Text::try_from(bytes).unwrap(), &Limits::default()),
        Opcode::Binary => decode_binary(bytes, &Limits::default()),
    }
}

#[test]
fn every_kind_survives_a_websocket_message() {
    for packet in every_kind() {
        assert_eq!(decode_frame(&Frame::encode(&packet)), Ok(packet));
    }
}

#[test]
fn every_kind_survives_a_polling_body_together() {
    let body = encode(&every_kind());
    assert_eq!(decode(body.into(), &Limits::default()), Ok(every_kind()));
}

#[test]
fn wire_forms_are_those_of_the_specification() {
    let hello = Packet::Message(Message::text("hello"));
    let bytes = Packet::Message(Message::binary(vec![1, 2, 3, 4]));
    assert_eq!(
        encode([&hello, &Packet::Ping(Probe::Heartbeat), &hello, &bytes]),
        b"4hello\x1e2\x1e4hello\x1ebAQIDBA=="
    );
    assert_eq!(&Frame::encode(&hello).to_bytes()[..], b"4hello");
    assert_eq!(&Frame::encode(&Packet::Pong(Probe::Upgrade)).to_bytes()[..], b"3probe");
    assert_eq!(&Frame::encode(&bytes).to_bytes()[..], [1, 2, 3, 4]);
}

#[test]
fn chunked_binary_has_the_same_bytes_as_contiguous_binary() {
    let chunks = vec![Bytes::from_static(b"a"), Bytes::from_static(b"bc"), Bytes::from_static(b"defg")];
    let many = Packet::Message(Message::binary(Binary::from_chunks(chunks)));
    let one = Packet::Message(Message::binary(&b"abcdefg"[..]));
    assert_eq!(encode([&many]), encode([&one]));
    assert_eq!(Frame::encode(&many).slices().collect::<Vec<_>>().concat(), b"abcdefg");
    assert_eq!(encoded_len(&many), encode([&one]).len());
}

#[test]
fn payload_bytes_are_shared_never_copied() {
    let body = Bytes::from_static(b"4hello\x1e4world");
    let packets = decode(body.clone(), &Limits::default()).unwrap();
    let Packet::Message(Message::Text(world)) = &packets[1] else { panic!("{packets:?}") };
    assert_eq!(world.as_bytes().as_ptr(), body[8..].as_ptr());
    assert_eq!(Frame::encode(&packets[1]).body.chunks()[0].as_ptr(), body[8..].as_ptr());
}

#[test]
fn every_prefix_and_every_flipped_byte_is_answered_without_a_panic() {
    let body = encode(&every_kind());
    for len in 0..=body.len() {
        let _ = decode(Bytes::copy_from_slice(&body[..len]), &Limits::default());
    }
    for at in 0..body.len() {
        for byte in [0, b'b', SEPARATOR, 0x80, 0xff] {
            let mut broken = body.clone();
            broken[at] = byte;
            let _ = decode(broken.into(), &Limits::default());
        }
    }
    for packet in every_kind() {
        let frame = Frame::encode(&packet);
        let bytes = frame.to_bytes();
        for len in 0..bytes.len() {
            if let Ok(text) = Text::try_from(bytes.slice(..len)) {
                let _ = decode_text(&text, &Limits::default());
            }
        }
    }
}

#[test]
fn bytes_that_are_no_packet_are_refused_with_the_cause() {
    let decode = |body: &'static [u8]| decode(Bytes::from_static(body), &Limits::default());
    assert_eq!(decode(b""), Err(Error::EmptyPacket));
    assert_eq!(decode(b"4a\x1e"), Err(Error::EmptyPacket));
    assert_eq!(decode(b"\x1e\x1e\x1e"), Err(Error::EmptyPacket));
    assert_eq!(decode(b"abc"), Err(Error::UnknownType(b'a')));
    assert_eq!(decode(b"7"), Err(Error::UnknownType(b'7')));
    assert_eq!(decode("é".as_bytes()), Err(Error::UnknownType(0xc3)));
    assert_eq!(decode(b"4\xff"), Err(Error::InvalidUtf8(2)));
    assert_eq!(decode(b"b=!"), Err(Error::InvalidBase64(3)));
    assert_eq!(decode(b"0{}"), Err(Error::InvalidHandshake));
    assert_eq!(decode(b"6x"), Err(Error::UnexpectedData { kind: "noop", len: 1 }));
    assert_eq!(decode(b"2prob"), Err(Error::UnexpectedData { kind: "ping", len: 4 }));
}

#[test]
fn body_and_packet_limits_hold_on_both_sides() {
    let limits = Limits { max_payload: 8, payload_packets: 2, ..Limits::default() };
    assert!(decode(Bytes::from_static(b"4aaa\x1e4bb"), &limits).is_ok());
    assert_eq!(decode(Bytes::from_static(b"4aaa\x1e4bbb"), &limits), Err(Error::PayloadTooLarge { len: 9, limit: 8 }));
    assert_eq!(decode(Bytes::from_static(b"6\x1e6\x1e6"), &limits), Err(Error::TooManyPackets { limit: 2 }));
    assert!(decode_binary(Bytes::from_static(&[0; 8]), &limits).is_ok());
    assert!(decode_binary(Bytes::from_static(&[0; 9]), &limits).is_err());
    assert!(decode_text(&Text::from("4aaaaaaa"), &limits).is_ok());
    assert!(decode_text(&Text::from("4aaaaaaaa"), &limits).is_err());
}
