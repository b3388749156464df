//! Decoding Socket.IO packets: a player's action down to the typed order, and binary frames, with both parsers.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engineio::{Binary, Message};
use serde::{Deserialize, Serialize};
use socketio::{Args, BinaryEvent, Decoder, Limits, Namespace, Packet, Parser, Value, from_value};

const PARSERS: [(Parser, &str); 2] = [(Parser::Json, "json"), (Parser::MessagePack, "msgpack")];

/// A typical order: eight units, a target and a sequence number.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    seq: u32,
    kind: String,
    units: Vec<u16>,
    at: (i32, i32),
    queue: bool,
}

fn decode(decoder: &mut Decoder, messages: &[Message]) -> Packet {
    let mut packet = None;
    for message in messages {
        packet = decoder.decode(message.clone()).expect("our own packets decode");
    }
    packet.expect("the last message completes the packet")
}

fn order(packet: &Packet) -> Order {
    match &packet.data {
        Some(Value::Array(elements)) => from_value(&elements[1]).expect("the argument is an order"),
        other => panic!("an event has a list, not {other:?}"),
    }
}

fn action(c: &mut Criterion) {
    let mut group = c.benchmark_group("socketio_decode/action");
    for (parser, name) in PARSERS {
        let units = vec![3, 17, 18, 40, 41, 99, 300, 301];
        let sent = Order { seq: 1_234, kind: "move".into(), units, at: (12_800, 9_472), queue: false };
        let args = Args::from_serialize(&(&sent,)).expect("an order is numbers and texts");
        let encoded = parser.encode_event(&Namespace::ROOT, "act", &args, None);
        let messages: Vec<_> = encoded.messages().collect();
        let mut decoder = Decoder::with_parser(Limits::default(), parser);
        assert_eq!(order(&decode(&mut decoder, &messages)), sent);
        group.throughput(Throughput::Bytes(encoded.len() as u64));
        group.bench_function(name, |b| b.iter(|| order(&decode(&mut decoder, black_box(&messages)))));
    }
    group.finish();
}

fn frame(c: &mut Criterion) {
    let mut group = c.benchmark_group("socketio_decode/frame");
    let event = BinaryEvent::new(&Namespace::ROOT, "frame", &[]);
    for size in [200, 1_000] {
        let bytes = Bytes::from(vec![0xa5; size]);
        group.throughput(Throughput::Bytes(size as u64));
        for (parser, name) in PARSERS {
            // As a reader has it: each message contiguous.
            let contiguous = |message| match message {
                Message::Binary(binary) => Message::Binary(Binary::into_bytes(binary).into()),
                text => text,
            };
            let encoded = event.messages(parser, &bytes.clone().into());
            let messages: Vec<_> = encoded.messages().map(contiguous).collect();
            let mut decoder = Decoder::with_parser(Limits::default(), parser);
            let data = Some(Value::Array(vec!["frame".into(), Value::Bin(bytes.clone())]));
            assert_eq!(decode(&mut decoder, &messages).data, data);
            group.bench_function(BenchmarkId::new(name, size), |b| {
                b.iter(|| decode(&mut decoder, black_box(&messages)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, action, frame);
criterion_main!(benches);
