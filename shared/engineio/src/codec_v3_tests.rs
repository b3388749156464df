//! Tests of revision 3's codecs, WebSocket messages and polling bodies.

use std::time::Duration;

use bytes::Bytes;

use crate::{
    Binary, Codec, Error, Frame, Handshake, Limits, Message, Opcode, Packet, Probe, Text,
    payload_v3::{decode_binary, decode_text, encode, max_encoded_len},
};

fn text_packets() -> Vec<Packet> {
    vec![
        Packet::Open(Box::new(Handshake {
            sid: "abc".into(),
            upgrades: vec!["websocket".into()],
            ping_interval: Duration::from_millis(25_000),
            ping_timeout: Duration::from_millis(20_000),
            max_payload: 1_000_000,
        })),
        Packet::Close,
        Packet::Ping(Probe::Heartbeat),
        Packet::Ping(Probe::Upgrade),
        Packet::Ping(Probe::Data("17".into())),
        Packet::Pong(Probe::Heartbeat),
        Packet::Pong(Probe::Upgrade),
        Packet::Pong(Probe::Data("é".into())),
        Packet::Message(Message::text("héllo € 𝄞 12:3")),
        Packet::Message(Message::text("")),
        Packet::Upgrade,
        Packet::Noop,
    ]
}

fn every_kind() -> Vec<Packet> {
    let mut packets = text_packets();
    packets.push(Packet::Message(Message::binary(vec![0, 1, 2, 255])));
    packets.push(Packet::Message(Message::binary(Bytes::new())));
    packets
}

fn reopen(codec: Codec, frame: &Frame) -> Result<Packet, Error> {
    let bytes = frame.to_bytes();
    match frame.opcode {
        Opcode::Text => codec.decode_text(&Text::try_from(bytes).unwrap(), &Limits::default()),
        Opcode::Binary => codec.decode_binary(bytes, &Limits::default()),
    }
}

fn text(body: &[u8]) -> Result<Vec<Packet>, Error> {
    decode_text(Bytes::copy_from_slice(body), &Limits::default())
}

fn binary(body: &[u8]) -> Result<Vec<Packet>, Error> {
    decode_binary(Bytes::copy_from_slice(body), &Limits::default())
}

#[test]
fn every_kind_survives_a_websocket_message() {
    for codec in [Codec::V3, Codec::V3Base64] {
        for packet in every_kind() {
            assert_eq!(reopen(codec, &codec.frame(&packet)), Ok(packet));
        }
    }
}

#[test]
fn every_kind_survives_both_bodies_together() {
    let body = encode(&every_kind(), true);
    assert!(!Codec::V3Base64.is_binary_body(&body));
    assert_eq!(text(&body), Ok(every_kind()));

    let body = encode(&every_kind(), false);
    assert!(Codec::V3.is_binary_body(&body));
    assert_eq!(binary(&body), Ok(every_kind()));

    let body = encode(&text_packets(), false);
    assert!(!Codec::V3.is_binary_body(&body), "without a binary packet the body is text");
    assert_eq!(text(&body), Ok(text_packets()));
}

#[test]
fn wire_forms_are_those_of_the_specification() {
    let hello = Packet::Message(Message::text("hello"));
    let euro = Packet::Message(Message::text("€"));
    let bytes = Packet::Message(Message::binary(vec![1, 2, 3, 4]));
    assert_eq!(encode([&hello, &euro], false), "6:4hello2:4€".as_bytes());
    assert_eq!(encode([&euro, &bytes], true), "2:4€10:b4AQIDBA==".as_bytes());
    assert_eq!(encode([&euro, &bytes], false), *b"\x00\x04\xff4\xe2\x82\xac\x01\x05\xff\x04\x01\x02\x03\x04");
    assert_eq!(encode([&Packet::Message(Message::binary(vec![9; 122]))], false)[..5], [1, 1, 2, 3, 255]);
    assert_eq!(encode([], false), b"0:");
    assert_eq!(&Codec::V3.frame(&bytes).to_bytes()[..], [4, 1, 2, 3, 4]);
    assert_eq!(&Codec::V3Base64.frame(&bytes).to_bytes()[..], b"b4AQIDBA==");
    assert_eq!(&Codec::V3.frame(&Packet::Pong(Probe::Upgrade)).to_bytes()[..], b"3probe");
}

#[test]
fn lengths_count_utf16_code_units_in_text_and_bytes_in_binary_framing() {
    let clef = Packet::Message(Message::text("𝄞"));
    assert_eq!(encode([&clef], false), "3:4𝄞".as_bytes());
    assert_eq!(text("3:4𝄞".as_bytes()), Ok(vec![clef.clone()]));
    assert_eq!(text("3:4𝄞1:2".as_bytes()), Ok(vec![clef.clone(), Packet::Ping(Probe::Heartbeat)]));
    assert_eq!(binary(b"\x00\x05\xff4\xf0\x9d\x84\x9e"), Ok(vec![clef]));
    assert_eq!(text("2:4𝄞".as_bytes()), Err(Error::InvalidLength(0)), "half a character");
    assert_eq!(text("5:4𝄞".as_bytes()), Err(Error::InvalidLength(0)), "a length in bytes");
    assert_eq!(binary(b"\x00\x03\xff4\xf0\x9d\x84\x9e"), Err(Error::InvalidUtf8(3)));
}

#[test]
fn payload_bytes_are_shared_never_copied() {
    let body = Bytes::from_static(b"6:4hello6:4world");
    let packets = decode_text(body.clone(), &Limits::default()).unwrap();
    let Packet::Message(Message::Text(world)) = &packets[1] else { panic!("{packets:?}") };
    assert_eq!(world.as_bytes().as_ptr(), body[11..].as_ptr());

    let body = Bytes::from_static(b"\x01\x03\xff\x04ab");
    let packets = decode_binary(body.clone(), &Limits::default()).unwrap();
    let Packet::Message(Message::Binary(ab)) = &packets[0] else { panic!("{packets:?}") };
    assert_eq!(ab.chunks()[0].as_ptr(), body[4..].as_ptr());

    let chunks = vec![Bytes::from_static(b"a"), Bytes::from_static(b"bc")];
    let many = Packet::Message(Message::binary(Binary::from_chunks(chunks.clone())));
    assert_eq!(Codec::V3.frame(&many).body.chunks()[1].as_ptr(), chunks[1].as_ptr());
    assert_eq!(Codec::V3Base64.frame(&many).to_bytes(), Bytes::from_static(b"b4YWJj"));
}

#[test]
fn every_prefix_and_every_flipped_byte_is_answered_without_a_panic() {
    for base64 in [true, false] {
        let body = encode(&every_kind(), base64);
        let mut whole = 0;
        for len in 0..=body.len() {
            let read = [text(&body[..len]), binary(&body[..len])];
            whole += usize::from(read.iter().any(|read| *read == Ok(every_kind())));
        }
        assert_eq!(whole, 1, "only the whole body is the whole list of packets");
        for at in 0..body.len() {
            for byte in [0, 1, 9, b'0', b'9', b':', b'b', b'4', 0x80, 0xff] {
                let mut broken = body.clone();
                broken[at] = byte;
                let _ = (text(&broken), binary(&broken));
            }
        }
    }
    for packet in every_kind() {
        for codec in [Codec::V3, Codec::V3Base64] {
            let bytes = codec.frame(&packet).to_bytes();
            for len in 0..bytes.len() {
                let _ = codec.decode_binary(bytes.slice(..len), &Limits::default());
                if let Ok(text) = Text::try_from(bytes.slice(..len)) {
                    let _ = codec.decode_text(&text, &Limits::default());
                }
            }
        }
    }
}

#[test]
fn bytes_that_are_no_packet_are_refused_with_the_cause() {
    assert_eq!(text(b""), Err(Error::EmptyPacket));
    assert_eq!(text(b"0:"), Ok(vec![]));
    for no_length in ["abc", ":", "1", "1:", "6:4hell", "-1:4", "1.0:4", "1e0:4", " 1:4", "00000000001:4", "2:4aé"] {
        assert!(matches!(text(no_length.as_bytes()), Err(Error::InvalidLength(_))), "{no_length}");
    }
    assert_eq!(text(b"1:21:"), Err(Error::InvalidLength(3)));
    assert_eq!(text(b"99999999999999999999999:4"), Err(Error::InvalidLength(0)));
    assert_eq!(text(b"3:xyz"), Err(Error::UnknownType(b'x')));
    assert_eq!(text(b"2:4\xff"), Err(Error::InvalidUtf8(4)));
    assert_eq!(text(b"1:b"), Err(Error::EmptyPacket));
    assert_eq!(text(b"6:bAQID="), Err(Error::UnknownType(b'A')));
    assert_eq!(text(b"3:b4="), Err(Error::InvalidBase64(3)));
    assert_eq!(text(b"2:6x"), Err(Error::UnexpectedData { kind: "noop", len: 1 }));
    let long = format!("{}:2{}", Probe::MAX_DATA + 2, "x".repeat(Probe::MAX_DATA + 1));
    assert_eq!(text(long.as_bytes()), Err(Error::UnexpectedData { kind: "ping", len: Probe::MAX_DATA + 1 }));

    assert_eq!(binary(b""), Ok(vec![]));
    for no_length in
        [&b"\x00"[..], b"\x00\x01", b"\x00\xff4", b"\x00\x0a\xff4", b"\x00\x02\xff4", b"\x01\x01\x31\xff\x04"]
    {
        assert!(matches!(binary(no_length), Err(Error::InvalidLength(_))), "{no_length:?}");
    }
    assert_eq!(binary(&[&[0; 11][..], b"\x01\xff4"].concat()), Err(Error::InvalidLength(0)));
    assert_eq!(binary(b"\x00\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\xff4"), Err(Error::InvalidLength(0)));
    assert_eq!(binary(b"\x02\x01\xff\x04"), Err(Error::UnknownType(2)));
    assert_eq!(binary(b"\x01\x01\xff\x02"), Err(Error::UnknownType(2)));
    assert_eq!(binary(b"\x01\x00\xff"), Err(Error::EmptyPacket));
    assert_eq!(binary(b"\x00\x00\xff"), Err(Error::EmptyPacket));
    assert_eq!(Codec::V3.decode_binary(Bytes::new(), &Limits::default()), Err(Error::EmptyPacket));
}

#[test]
fn body_and_packet_limits_hold_on_both_sides() {
    let limits = Limits { max_payload: 8, payload_packets: 2, ..Limits::default() };
    let text = |body: &'static [u8]| decode_text(Bytes::from_static(body), &limits);
    let binary = |body: &'static [u8]| decode_binary(Bytes::from_static(body), &limits);
    assert!(text(b"3:4aa1:6").is_ok());
    assert_eq!(text(b"4:4aaa1:6"), Err(Error::PayloadTooLarge { len: 9, limit: 8 }));
    assert_eq!(text(b"1:21:2"), Ok(vec![Packet::Ping(Probe::Heartbeat); 2]));
    assert_eq!(
        decode_text(Bytes::from_static(b"1:21:21:2"), &Limits { max_payload: 9, ..limits.clone() }),
        Err(Error::TooManyPackets { limit: 2 })
    );
    assert_eq!(text(b"0:0:0:"), Err(Error::TooManyPackets { limit: 2 }), "empty ones count");
    assert!(binary(b"\x00\x01\xff2\x00\x01\xff2").is_ok());
    assert_eq!(binary(b"\x00\x01\xff2\x00\x01\xff22"), Err(Error::PayloadTooLarge { len: 9, limit: 8 }));
    let three = Bytes::from_static(b"\x00\x01\xff2\x00\x01\xff2\x00\x01\xff2");
    assert_eq!(
        decode_binary(three, &Limits { max_payload: 99, ..limits.clone() }),
        Err(Error::TooManyPackets { limit: 2 })
    );
    assert!(Codec::V3.decode_binary(Bytes::from_static(&[4; 8]), &limits).is_ok());
    assert!(Codec::V3.decode_binary(Bytes::from_static(&[4; 9]), &limits).is_err());
    assert!(Codec::V3.decode_text(&Text::from("4aaaaaaa"), &limits).is_ok());
    assert!(Codec::V3.decode_text(&Text::from("4aaaaaaaa"), &limits).is_err());
}

#[test]
fn a_small_binary_message_does_not_keep_the_body_it_came_in() {
    let sent = [Message::binary(vec![1; 10]), Message::binary(vec![2; 500]), Message::text("x".repeat(400))];
    let packets = sent.map(Packet::Message);
    let body = Bytes::from(encode(&packets, false));
    let decoded = decode_binary(body.clone(), &Limits::default()).unwrap();
    assert_eq!(decoded, packets);
    let shares = decoded.iter().map(|packet| match packet {
        Packet::Message(message) => body.as_ptr_range().contains(&message.chunks()[0].as_ptr()),
        other => panic!("{other:?}"),
    });
    assert_eq!(shares.collect::<Vec<_>>(), [false, true, true]);
}

#[test]
fn a_packet_takes_no_more_room_than_was_reckoned() {
    for packet in every_kind() {
        for base64 in [true, false] {
            assert!(encode([&packet], base64).len() <= max_encoded_len(&packet), "{packet:?}");
        }
    }
}
