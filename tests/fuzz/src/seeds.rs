//! Bytes to begin with, all made from the cases that our JSON parser is compared with the reference by.

use std::collections::BTreeSet;

use engineio::{Codec, Message, Opcode, Packet};
use socketio::{Decoder, Limits, Parser};

use crate::attachments::{BETWEEN, BINARY};
use crate::corpus::{Case, Part, all};
use crate::payloads::MAX_PACKETS;

/// Longest seed in bytes: long ones slow the search down and add nothing.
const LONGEST: usize = 2_048;

/// Sorted, each once, none too long.
fn chosen(seeds: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let seeds: BTreeSet<_> = seeds.into_iter().filter(|seed| seed.len() <= LONGEST).collect();
    seeds.into_iter().collect()
}

/// The cases without mutations, which the fuzzer makes itself.
fn cases() -> Vec<Case> {
    all(0, 0)
}

fn engine_packets(case: &Case) -> Vec<Packet> {
    case.parts.iter().map(|part| Packet::Message(part.message())).collect()
}

/// Packets of the engine itself.
fn own_packets() -> Vec<Packet> {
    let texts = [
        r#"0{"sid":"x","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
        "1",
        "2",
        "2probe",
        "3",
        "3probe",
        "5",
        "6",
    ];
    texts.iter().filter_map(|text| Codec::V4.decode_text(&(*text).into(), &engineio::Limits::default()).ok()).collect()
}

/// For [`crate::payloads`].
pub fn payloads() -> Vec<Vec<u8>> {
    let groups = cases();
    let groups = groups.iter().map(engine_packets).chain([own_packets()]).filter(|packets| !packets.is_empty());
    let body = |packets: &[Packet], codec: Codec| {
        let body = codec.encode_body(packets);
        let form = match codec {
            Codec::V4 => b'4',
            Codec::V3 | Codec::V3Base64 if codec.is_binary_body(&body) => b'b',
            Codec::V3 | Codec::V3Base64 => b'3',
        };
        [&[form], &body[..]].concat()
    };
    let codecs = [Codec::V4, Codec::V3, Codec::V3Base64];
    let mut seeds: Vec<_> = groups.flat_map(|packets| codecs.map(|codec| body(&packets, codec))).collect();
    let broken: [&[u8]; 12] = [
        b"4",
        b"4\x1e",
        b"4b",
        b"4b4",
        b"4bAQI\x1e6",
        b"30:",
        b"3",
        b"31:",
        b"399999999999:4",
        b"3-1:4",
        b"b\x00\xff",
        b"b\x01\x01\xff\x04",
    ];
    seeds.extend(broken.map(<[u8]>::to_vec));
    // As many packets as are allowed, and one more.
    for count in [MAX_PACKETS, MAX_PACKETS + 1] {
        seeds.extend(codecs.map(|codec| body(&vec![Packet::Noop; count], codec)));
    }
    chosen(seeds)
}

/// For [`crate::packets`].
pub fn packets() -> Vec<Vec<u8>> {
    let all: Vec<_> = cases().iter().flat_map(engine_packets).chain(own_packets()).collect();
    let forms = [(Codec::V4, b'4'), (Codec::V3, b'3'), (Codec::V3Base64, b'b')];
    chosen(all.iter().flat_map(|packet| {
        forms.map(|(codec, form)| {
            let frame = codec.frame(packet);
            let form = if frame.opcode == Opcode::Binary { form | 0x80 } else { form };
            [&[form], &frame.to_bytes()[..]].concat()
        })
    }))
}

/// For [`crate::attachments`].
pub fn attachments() -> Vec<Vec<u8>> {
    let message = |part: &Part| match part {
        Part::Text(text) => text.clone().into_bytes(),
        Part::Binary(bytes) => [&[BINARY], &bytes[..]].concat(),
    };
    let joined = |parts: &[Part]| parts.iter().map(message).collect::<Vec<_>>().join(&BETWEEN);
    let mut seeds = chosen(cases().iter().map(|case| joined(&case.parts)));
    // As many bytes as are allowed, and one more.
    let head = r#"51-["x",{"_placeholder":true,"num":0}]"#;
    let room = crate::same::limits().message_bytes - head.len();
    seeds.extend([room, room + 1].map(|len| joined(&[Part::Text(head.to_owned()), Part::Binary(vec![7; len])])));
    seeds
}

/// For [`crate::json`]: whole messages, and their JSON alone.
pub fn json() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for case in cases() {
        if let Some(Part::Text(text)) = case.parts.into_iter().next() {
            seeds.extend(text.find(['[', '{', '"']).map(|at| text.as_bytes()[at..].to_vec()));
            seeds.push(text.into_bytes());
        }
    }
    chosen(seeds)
}

/// For [`crate::msgpack`]: what the other parser takes, written by this one, whole and cut short.
pub fn msgpack() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for case in cases() {
        let mut decoder = Decoder::with_parser(Limits::default(), Parser::Json);
        let packets = case.parts.iter().map_while(|part| decoder.decode(part.message()).ok()).flatten();
        for packet in packets {
            if let Message::Binary(binary) = Parser::MessagePack.encode(&packet).head {
                let bytes = binary.into_bytes();
                seeds.extend([bytes.to_vec(), bytes[..bytes.len() * 2 / 3].to_vec()]);
            }
        }
    }
    chosen(seeds)
}
