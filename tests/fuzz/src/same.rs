//! Comparing packets, and the bounds on one.

use std::fmt::Debug;

use socketio::{Decoder, Limits, Packet, Parser, Value};

/// Bounds small enough to be met by chance.
pub(crate) fn limits() -> Limits {
    Limits { attachments: 3, depth: 8, values: 200, message_bytes: 4_096, namespace_bytes: 64, ..Limits::default() }
}

/// Panics unless both are the same, also where they hold numbers that do not equal themselves.
pub(crate) fn assert_same(left: &impl Debug, right: &impl Debug) {
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
}

/// Panics where a packet exceeds [`limits`], or is another one when it is written and read again.
pub(crate) fn assert_bounded_and_stable(packet: &Packet, parser: Parser) {
    let limits = limits();
    assert!(packet.namespace.as_str().len() <= limits.namespace_bytes);
    if let Some(data) = &packet.data {
        let mut values = 0;
        assert!(depth(data, &mut values) <= limits.depth, "{data:?}");
        assert!(values <= limits.values, "{values} values");
    }
    // Written anew it may be longer, and a repeated placeholder become two attachments.
    let wide = Limits { attachments: 1_000, message_bytes: 1 << 20, ..Limits::default() };
    let mut decoder = Decoder::with_parser(wide, parser);
    let mut again = None;
    for message in parser.encode(packet).messages() {
        assert!(again.is_none(), "a packet before its last message");
        again = decoder.decode(message).expect("what we write we read");
    }
    // JSON has no word for infinity.
    if parser == Parser::MessagePack || packet.data.as_ref().is_none_or(is_finite) {
        assert_same(&again.as_ref(), &Some(packet));
    }
}

fn depth(value: &Value, values: &mut usize) -> usize {
    *values += 1;
    match value {
        Value::Array(list) => 1 + list.iter().map(|value| depth(value, values)).max().unwrap_or(0),
        Value::Map(pairs) => 1 + pairs.iter().map(|(_, value)| depth(value, values)).max().unwrap_or(0),
        _ => 0,
    }
}

/// Whether all numbers in the value are finite.
fn is_finite(value: &Value) -> bool {
    match value {
        Value::Float(number) => number.is_finite(),
        Value::Array(list) => list.iter().all(is_finite),
        Value::Map(pairs) => pairs.iter().all(|(_, value)| is_finite(value)),
        _ => true,
    }
}
