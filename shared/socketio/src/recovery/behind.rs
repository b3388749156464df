//! What events carry for clients that may come back.

use super::Offset;
use crate::{Args, Value};

/// What stands behind the arguments of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behind {
    /// Nothing: who gets it is no client that may come back.
    #[default]
    Nothing,
    /// The event's offset, as a text.
    Offset(Offset),
    /// A null, where a client would take something else for an offset.
    Null,
}

impl Behind {
    /// What a client that may come back gets with an event of these arguments that has no offset. `socket.io-client` takes any
    /// text that an event ends in for its newest offset, and the event's own name where there are no arguments; with a text that
    /// is none of ours it could not come back.
    pub fn without_offset(args: &Args) -> Self {
        match args.as_slice().last() {
            None | Some(Value::Str(_)) => Self::Null,
            Some(_) => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Namespace, Parser};

    #[test]
    fn what_stands_behind_the_arguments_is_an_argument_like_any_other() {
        let offset = Offset { run: 0xabc, number: u64::MAX };
        let limits = Limits::default().packet();
        let some = Args::from(vec![Value::UInt(7), Value::Bin("bytes".into())]);
        let ends = [
            (Behind::Nothing, None),
            (Behind::Null, Some(Value::Null)),
            (Behind::Offset(offset), Some(Value::Str(offset.text()))),
        ];
        for parser in [Parser::Json, Parser::MessagePack] {
            for (args, (behind, last)) in
                [&Args::new(), &some].into_iter().flat_map(|args| ends.clone().map(|end| (args, end)))
            {
                let mut longer = args.clone();
                last.into_iter().for_each(|last| longer.push(last));
                let whole = |args, behind| parser.encode_checked(&Namespace::ROOT, "e", (args, behind), limits);
                assert_eq!(whole(args, behind), whole(&longer, Behind::Nothing));
                let written = |args, behind| {
                    let mut out = vec![9];
                    (parser.write_event(&mut out, &Namespace::ROOT, "e", (args, behind), limits), out)
                };
                assert_eq!(written(args, behind), written(&longer, Behind::Nothing));
            }
        }
    }

    #[test]
    fn what_a_client_would_take_for_an_offset_is_not_the_last() {
        let behind = |args: Vec<Value>| Behind::without_offset(&args.into());
        assert_eq!(behind(vec![]), Behind::Null, "the event's name");
        assert_eq!(behind(vec![1_u64.into(), "x".into()]), Behind::Null);
        for other in [Value::Null, true.into(), 1_u64.into(), Value::Array(vec!["x".into()]), Value::Bin("x".into())] {
            assert_eq!(behind(vec!["x".into(), other]), Behind::Nothing);
        }
    }
}
