//! Socket.IO packets as a match has them: a player's order and a binary frame, with both parsers.

use std::hint::black_box;

use bytes::Bytes;
use engineio::{Binary, Message};
use serde::{Deserialize, Serialize};
use socketio::{Args, BinaryEvent, Decoder, Encoded, Limits, Namespace, Packet, Parser, Value, from_value};

const PARSERS: [Parser; 2] = [Parser::Json, Parser::MessagePack];
/// Bytes of a frame.
const FRAME: usize = 400;

/// A typical order: eight units, a target and a sequence number.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    seq: u32,
    kind: String,
    units: Vec<u16>,
    at: (i32, i32),
    queue: bool,
}

impl Order {
    fn typical() -> Self {
        let units = vec![3, 17, 18, 40, 41, 99, 300, 301];
        Self { seq: 1_234, kind: "move".into(), units, at: (12_800, 9_472), queue: false }
    }
}

/// One order and one frame, ready for both parsers.
#[derive(Debug)]
pub struct Packets {
    order: Order,
    event: BinaryEvent,
    payload: Binary,
    /// The same as a reader gets them.
    received: Vec<(Decoder, Vec<Message>, Vec<Message>)>,
}

impl Packets {
    /// Encodes them once, to have something to decode.
    #[must_use]
    pub fn typical() -> Self {
        let event = BinaryEvent::new(&Namespace::ROOT, "frame", &[]);
        let payload = Binary::from(Bytes::from(vec![0xa5; FRAME]));
        let mut packets = Self { order: Order::typical(), event, payload, received: Vec::new() };
        packets.received = PARSERS
            .map(|parser| {
                let frame = packets.frame(parser).messages().map(contiguous).collect();
                (
                    Decoder::with_parser(Limits::default(), parser),
                    packets.order(parser).messages().map(contiguous).collect(),
                    frame,
                )
            })
            .into();
        packets
    }

    /// Encodes the order and the frame with both parsers.
    pub fn encode(&self) {
        for parser in PARSERS {
            black_box((self.order(parser), self.frame(parser)));
        }
    }

    /// Decodes them with both parsers, the order down to its fields.
    ///
    /// # Panics
    /// When what comes out is not what went in.
    pub fn decode(&mut self) {
        for (decoder, order, frame) in &mut self.received {
            let decoded: Order = argument(&decode(decoder, order)).expect("the argument is an order");
            assert_eq!(decoded, self.order);
            let Some(Value::Array(elements)) = decode(decoder, frame).data else { panic!("an event has a list") };
            assert!(matches!(&elements[1], Value::Bin(bytes) if bytes.len() == FRAME));
        }
    }

    fn order(&self, parser: Parser) -> Encoded {
        let args = Args::from_serialize(&(&self.order,)).expect("an order is numbers and texts");
        parser.encode_event(&Namespace::ROOT, "act", &args, None)
    }

    fn frame(&self, parser: Parser) -> Encoded {
        self.event.messages(parser, &self.payload)
    }
}

/// As a reader has it: each message in one piece.
fn contiguous(message: Message) -> Message {
    match message {
        Message::Binary(binary) => Message::Binary(Binary::into_bytes(binary).into()),
        text => text,
    }
}

fn decode(decoder: &mut Decoder, messages: &[Message]) -> Packet {
    let packets = messages.iter().filter_map(|it| decoder.decode(it.clone()).expect("our own packets decode"));
    packets.last().expect("the last message completes the packet")
}

fn argument(packet: &Packet) -> Option<Order> {
    match &packet.data {
        Some(Value::Array(elements)) => from_value(elements.get(1)?).ok(),
        _ => None,
    }
}
