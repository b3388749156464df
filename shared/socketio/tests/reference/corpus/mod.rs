//! Packets of the JSON parser, valid and not: cases written by hand for each thing that parsers disagree about, every prefix of
//! the valid ones, and seeded mutations. The same seed gives the same corpus.

mod by_hand;
pub(crate) mod mutations;

use std::fmt;

use engineio::Message;
use serde::Serialize;

/// A message as it comes from the connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    Text(String),
    Binary(Vec<u8>),
}

impl Part {
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Text(text) => Message::text(text.as_str()),
            Self::Binary(bytes) => Message::binary(bytes.clone()),
        }
    }
}

/// Messages that follow one another on a new connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) parts: Vec<Part>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shorten = |text: String| text.chars().take(200).collect::<String>();
        let parts: Vec<_> = self.parts.iter().map(|part| shorten(format!("{part:?}"))).collect();
        f.write_str(&parts.join(", "))
    }
}

/// Every case: by hand, prefixes, and as many mutations.
pub(crate) fn all(seed: u64, mutations: usize) -> Vec<Case> {
    let valid = valid();
    let mut cases = by_hand::cases();
    cases.extend(valid.iter().flat_map(prefixes));
    cases.extend(valid.iter().cloned());
    let mut random = mutations::Random(seed);
    cases.extend((0..mutations).map(|_| mutations::mutated(&valid, &mut random)));
    cases
}

fn case(text: impl Into<String>, attachments: &[&[u8]]) -> Case {
    let binary = attachments.iter().map(|bytes| Part::Binary(bytes.to_vec()));
    Case { parts: [Part::Text(text.into())].into_iter().chain(binary).collect() }
}

/// A packet of each kind and form, as clients send them.
pub(crate) fn valid() -> Vec<Case> {
    let texts = [
        "0",
        r#"0{"token":"a b","nested":{"list":[1,2,3]}}"#,
        "0/chat,",
        r#"0/chat?room=1&x=,{"sid":"oSO0OpakMV_3jnilAAAA","pid":"x"}"#,
        "1",
        "1/chat,",
        r#"2["echo"]"#,
        r#"2["echo",null,true,false,0,-1,2.5,1e3,-1.5E-7,"text","",[],{}]"#,
        r#"212["q",{"a":{"b":[{"c":[[]]}]},"d":"\u00e9\n\"\\\/\b\f\r\t"}]"#,
        r#"2/chat,345["say","naïve 😀","\ud83d\ude00",{"ключ":"значение"}]"#,
        r#"2["numbers",9007199254740993,18446744073709551615,-9223372036854775808,0.1,123456789.125e-3]"#,
        r#"2["act",1234,{"type":"move","units":[3,17,18,40],"x":12800,"y":9472}]"#,
        "30[]",
        r#"3/chat,7["ok",{"n":1}]"#,
        r#"4{"message":"no","data":{"code":7}}"#,
        r#"4/chat,"no""#,
    ];
    let mut valid: Vec<Case> = texts.iter().map(|text| case(*text, &[])).collect();
    let place = |num: usize| format!(r#"{{"_placeholder":true,"num":{num}}}"#);
    valid.extend([
        case(format!(r#"51-["frame",{}]"#, place(0)), &[&[1, 2, 3]]),
        case(format!(r#"52-/chat,7["x",{{"b":{},"c":[{}]}}]"#, place(1), place(0)), &[&[], &[0xff; 20]]),
        case(format!(r#"61-/chat,7[{}]"#, place(0)), &[b"answer"]),
        case(format!(r#"62-0[{},{}]"#, place(0), place(0)), &[&[1], &[2]]),
    ]);
    let mut two = case(format!(r#"51-["a",{}]"#, place(0)), &[&[9]]);
    two.parts.push(Part::Text(r#"2["b"]"#.to_owned()));
    valid.push(two);
    valid
}

/// The packet cut short, its attachments behind it.
fn prefixes(whole: &Case) -> impl Iterator<Item = Case> {
    let Part::Text(text) = whole.parts[0].clone() else { unreachable!("packets begin with text") };
    let behind = whole.parts[1..].to_vec();
    (0..text.len()).filter(move |at| text.is_char_boundary(*at)).map({
        let Part::Text(text) = whole.parts[0].clone() else { unreachable!("packets begin with text") };
        move |at| {
            let mut cut = case(&text[..at], &[]);
            cut.parts.extend(behind.iter().cloned());
            cut
        }
    })
}
