//! Offsets, and what a client that reconnects says of itself.

use std::{fmt, str::FromStr};

use crate::Value;

/// The place of an event among all events of a namespace. Clients get it as text, as the last argument of the event, and give
/// the newest one back when they reconnect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offset {
    /// Tells one run of a server from another, so that an offset of another run is known as foreign.
    pub run: u32,
    /// Counts the events.
    pub number: u64,
}

impl Offset {
    /// Most bytes of it as a client gets it.
    const LONGEST: usize = 8 + 1 + 16;

    /// As a client gets it.
    pub fn text(&self) -> String {
        let mut text = Vec::with_capacity(Self::LONGEST);
        self.write(&mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// Appends it as a client gets it.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        hex(out, self.run.into());
        out.push(b'.');
        hex(out, self.number);
    }
}

fn hex(out: &mut Vec<u8>, number: u64) {
    let digits = number.checked_ilog2().unwrap_or_default() / 4;
    for place in (0..=digits).rev() {
        out.push(b"0123456789abcdef"[(number >> (place * 4)) as usize & 0xf]);
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl FromStr for Offset {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (run, number) = text.split_once('.').ok_or(())?;
        let offset = Self {
            run: u32::from_str_radix(run, 16).map_err(|_| ())?,
            number: u64::from_str_radix(number, 16).map_err(|_| ())?,
        };
        // Any other spelling of the same numbers is none of ours.
        if offset.to_string() == text { Ok(offset) } else { Err(()) }
    }
}

/// What a client that reconnects says of its former connection, in the data of its CONNECT packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The private id it was told.
    pub pid: &'a str,
    /// The newest offset it has seen; `None` when it has seen no event.
    pub offset: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads a claim. `None` where there is none, or it is not made of texts.
    pub fn of(auth: &'a Value) -> Option<Self> {
        let Some(Value::Str(pid)) = auth.get("pid") else { return None };
        let offset = match auth.get("offset") {
            Some(Value::Str(offset)) => Some(&**offset),
            None | Some(Value::Null) => None,
            Some(_) => return None,
        };
        Some(Self { pid, offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_as_it_was_written() {
        for number in [0, 1, 0xf, 0x10, 0x1234_5678_9abc_def0, u64::MAX] {
            for run in [0, 0xabc, u32::MAX] {
                let offset = Offset { run, number };
                assert_eq!(offset.text(), format!("{run:x}.{number:x}"));
                assert_eq!(offset.text().parse(), Ok(offset));
            }
        }
    }

    #[test]
    fn a_claim_is_made_of_texts() {
        let map =
            |pairs: Vec<(&str, Value)>| Value::Map(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect());
        let claim = map(vec![("pid", "p".into()), ("offset", "o".into())]);
        assert_eq!(Claim::of(&claim), Some(Claim { pid: "p", offset: Some("o") }));
        assert_eq!(Claim::of(&map(vec![("pid", "p".into()), ("offset", Value::Null)])).map(|c| c.offset), Some(None));
        for bad in
            [map(vec![("pid", Value::Int(1))]), map(vec![("pid", "p".into()), ("offset", Value::Int(1))]), Value::Null]
        {
            assert_eq!(Claim::of(&bad), None);
        }
    }
}
