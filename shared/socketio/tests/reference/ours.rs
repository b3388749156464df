//! What our decoder makes of a case, in the words that `tests/node/parser.mjs` uses too: numbers as the bits of a double, since
//! JavaScript has no others; maps by the order of their names, since that of JavaScript is its own; binary in hex.

use std::fmt;

use socketio::{Decoder, Error, Limits, Packet, Parser, Value};

use crate::corpus::Case;

/// The word for a message that is refused.
pub(crate) const REFUSED: &str = "refused";

/// What a decoder says to a message.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It completes this packet.
    Packet(Packet),
    /// More has to come.
    Nothing,
    /// It ends the connection.
    Refused(Error),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packet(packet) => f.write_str(&packet_text(packet)),
            Self::Nothing => f.write_str("nothing"),
            Self::Refused(_) => f.write_str(REFUSED),
        }
    }
}

/// The answers to the messages of a case, up to the first that is refused.
pub(crate) fn decode(case: &Case) -> Vec<Answer> {
    let mut decoder = Decoder::with_parser(Limits::default(), Parser::Json);
    let mut answers = Vec::new();
    for part in &case.parts {
        answers.push(match decoder.decode(part.message()) {
            Ok(Some(packet)) => Answer::Packet(packet),
            Ok(None) => Answer::Nothing,
            Err(error) => Answer::Refused(error),
        });
        if let Some(Answer::Refused(_)) = answers.last() {
            break;
        }
    }
    answers
}

/// Answers with the errors behind them, for people.
pub(crate) fn told(answers: &[Answer]) -> String {
    let told = |answer: &Answer| match answer {
        Answer::Refused(error) => format!("{REFUSED}: {error}"),
        other => other.to_string(),
    };
    answers.iter().map(told).collect::<Vec<_>>().join(" | ")
}

fn packet_text(packet: &Packet) -> String {
    let id = packet.id.map_or_else(|| "none".to_owned(), |id| number(id as f64));
    let data = packet.data.as_ref().map_or_else(|| "none".to_owned(), text);
    format!("{} {} {id} {data}", packet.kind as u8, quoted(packet.namespace.as_str()))
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(whole) => number(*whole as f64),
        Value::UInt(whole) => number(*whole as f64),
        Value::Float(float) => number(*float),
        Value::Str(text) => quoted(text),
        Value::Bin(bytes) => format!("x{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        Value::Array(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(",")),
        Value::Map(pairs) => {
            let mut pairs: Vec<_> =
                pairs.iter().map(|(name, value)| (name.encode_utf16().collect::<Vec<_>>(), name, value)).collect();
            pairs.sort_by(|(a, ..), (b, ..)| a.cmp(b));
            let pairs: Vec<_> =
                pairs.iter().map(|(_, name, value)| format!("{}:{}", quoted(name), text(value))).collect();
            format!("{{{}}}", pairs.join(","))
        }
    }
}

fn number(number: f64) -> String {
    format!("#{:016x}", number.to_bits())
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is always JSON")
}
