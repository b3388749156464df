//! Encoding Socket.IO packets: a player's action with both parsers, and binary frames over the shared-head fast path.

use std::{hint::black_box, io::IoSlice};

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engineio::{Binary, Message};
use serde::Serialize;
use socketio::{Args, BinHeader, BinaryEvent, Decoder, Encoded, Limits, Namespace, Packet, Parser, Value};

const PARSERS: [(Parser, &str); 2] = [(Parser::Json, "json"), (Parser::MessagePack, "msgpack")];

/// A typical order: eight units, a target and a sequence number.
#[derive(Serialize)]
struct Order {
    seq: u32,
    kind: &'static str,
    units: [u16; 8],
    at: (i32, i32),
    queue: bool,
}

const ORDER: Order =
    Order { seq: 1_234, kind: "move", units: [3, 17, 18, 40, 41, 99, 300, 301], at: (12_800, 9_472), queue: false };

fn encode_action(parser: Parser) -> Encoded {
    let args = Args::from_serialize(&(&ORDER,)).expect("an order is numbers and texts");
    parser.encode_event(&Namespace::ROOT, "act", &args, None)
}

fn decode(parser: Parser, messages: impl Iterator<Item = Message>) -> Option<Packet> {
    let mut decoder = Decoder::with_parser(Limits::default(), parser);
    messages.filter_map(|message| decoder.decode(message).expect("our own packets decode")).last()
}

fn action(c: &mut Criterion) {
    let mut group = c.benchmark_group("socketio_encode/action");
    for (parser, name) in PARSERS {
        let encoded = encode_action(parser);
        let packet = decode(parser, encoded.messages()).expect("an action is complete");
        let expected = Args::from_serialize(&("act", &ORDER)).expect("an order is numbers and texts");
        assert_eq!(packet.data, Some(Value::Array(expected.into_values())));
        group.throughput(Throughput::Bytes(encoded.len() as u64));
        group.bench_function(name, |b| b.iter(|| encode_action(black_box(parser))));
    }
    group.finish();
}

/// The pieces one write takes, borrowed: nothing is allocated and no payload byte is read.
fn slices<'a>(event: &'a BinaryEvent, header: &'a BinHeader, payload: &'a Binary, parser: Parser) -> [IoSlice<'a>; 4] {
    let chunk = |index: usize| payload.chunks().get(index).map_or(&[][..], |chunk| chunk);
    match parser {
        Parser::Json => [&event.framed_text().as_bytes()[..], &[], chunk(0), chunk(1)].map(IoSlice::new),
        Parser::MessagePack => [event.msgpack_head(), header.as_slice(), chunk(0), chunk(1)].map(IoSlice::new),
    }
}

fn frame(c: &mut Criterion) {
    let mut group = c.benchmark_group("socketio_encode/frame");
    let event = BinaryEvent::new(&Namespace::ROOT, "frame", &[]);
    for size in [200, 1_000] {
        // A view's part that many clients share, and a private part of 40 bytes.
        let bytes = Bytes::from(vec![0xa5; size]);
        let payload = Binary::from_chunks(vec![bytes.slice(..size - 40), bytes.slice(size - 40..)]);
        group.throughput(Throughput::Bytes(size as u64));
        for (parser, name) in PARSERS {
            let packet = decode(parser, event.messages(parser, &payload).messages()).expect("a frame is complete");
            assert_eq!(packet.data, Some(Value::Array(vec!["frame".into(), Value::Bin(bytes.clone())])));
            let header = BinHeader::new(payload.len());
            let pieces =
                slices(&event, &header, &payload, parser).iter().flat_map(|it| it.to_vec()).collect::<Vec<_>>();
            assert!(pieces.ends_with(&bytes) && pieces.len() < size + 64);

            group.bench_function(BenchmarkId::new(format!("{name}_vectored"), size), |b| {
                b.iter(|| {
                    let header = BinHeader::new(black_box(&payload).len());
                    slices(&event, &header, &payload, parser).iter().map(|slice| slice.len()).sum::<usize>()
                });
            });
            group.bench_function(BenchmarkId::new(format!("{name}_queued"), size), |b| {
                b.iter(|| event.messages(parser, black_box(&payload)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, action, frame);
criterion_main!(benches);
