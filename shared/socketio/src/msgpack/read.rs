//! Reading MessagePack into a [`Value`]. Lengths are checked against what is there before anything is kept, and nothing
//! is reserved on a peer's word.

use bytes::Bytes;
use engineio::part_of;

use crate::{Error, Limits, Value, limits::Budget};

/// The values of a packet's map that matter, null where there is none.
pub(super) struct Envelope {
    pub(super) kind: Value,
    pub(super) namespace: Value,
    pub(super) id: Value,
    pub(super) data: Value,
}

/// The one map in `bytes`, taken for a packet. Its binary values share the storage of `bytes` where they are at least half
/// of it.
pub(super) fn envelope(bytes: &Bytes, limits: &Limits) -> Result<Envelope, Error> {
    let mut reader = Reader { whole: bytes, rest: bytes, limits, budget: Budget::new(limits) };
    let mut envelope = Envelope { kind: Value::Null, namespace: Value::Null, id: Value::Null, data: Value::Null };
    let [marker] = reader.array()?;
    let len = match marker {
        0x80..=0x8f => (marker & 0x0f).into(),
        0xde => reader.len16()?,
        0xdf => reader.len32()?,
        _ => return Err(Error::UnknownType),
    };
    reader.nested(len.saturating_mul(2), |reader| {
        for _ in 0..len {
            let key = reader.key()?;
            let value = reader.value()?;
            match key {
                "type" => envelope.kind = value,
                "nsp" => envelope.namespace = value,
                "id" => envelope.id = value,
                "data" => envelope.data = value,
                // `options` is the sender's own, and later versions may have more.
                _ => {}
            }
        }
        Ok(())
    })?;
    reader.end()?;
    Ok(envelope)
}

/// The one value in `bytes`.
#[cfg(test)]
pub(super) fn value(bytes: &Bytes, limits: &Limits) -> Result<Value, Error> {
    let mut reader = Reader { whole: bytes, rest: bytes, limits, budget: Budget::unlimited() };
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Most elements reserved at once. A declared length is at most the bytes that are left, but values are larger.
const RESERVED: usize = 16;

struct Reader<'a> {
    whole: &'a Bytes,
    rest: &'a [u8],
    limits: &'a Limits,
    budget: Budget,
}

/// Extension type of notepack for undefined and dates.
const NOTEPACK: u8 = 0;

impl<'a> Reader<'a> {
    fn truncated(&self) -> Error {
        Error::Truncated { len: self.whole.len() }
    }

    fn end(&self) -> Result<(), Error> {
        match self.rest.len() {
            0 => Ok(()),
            more => Err(Error::TrailingBytes(more)),
        }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.truncated())?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(|| self.truncated())?;
        self.rest = rest;
        Ok(*taken)
    }

    fn len8(&mut self) -> Result<usize, Error> {
        self.array::<1>().map(|[byte]| byte.into())
    }

    fn len16(&mut self) -> Result<usize, Error> {
        self.array().map(|bytes| u16::from_be_bytes(bytes).into())
    }

    fn len32(&mut self) -> Result<usize, Error> {
        // On machines with smaller addresses a length beyond them is beyond the message too.
        self.array().map(|bytes| usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX))
    }

    fn value(&mut self) -> Result<Value, Error> {
        self.budget.values =
            self.budget.values.checked_sub(1).ok_or(Error::TooManyValues { limit: self.limits.values })?;
        let offset = self.whole.len() - self.rest.len();
        let [marker] = self.array()?;
        Ok(match marker {
            0x00..=0x7f => Value::Int(marker.into()),
            0x80..=0x8f => self.map((marker & 0x0f).into())?,
            0x90..=0x9f => self.list((marker & 0x0f).into())?,
            0xa0..=0xbf => Value::from(self.text((marker & 0x1f).into())?),
            0xc0 => Value::Null,
            0xc2 => Value::Bool(false),
            0xc3 => Value::Bool(true),
            0xc4 => self.len8().and_then(|len| self.binary(len))?,
            0xc5 => self.len16().and_then(|len| self.binary(len))?,
            0xc6 => self.len32().and_then(|len| self.binary(len))?,
            0xca => Value::Float(f32::from_be_bytes(self.array()?).into()),
            0xcb => Value::Float(f64::from_be_bytes(self.array()?)),
            0xcc => Value::Int(u8::from_be_bytes(self.array()?).into()),
            0xcd => Value::Int(u16::from_be_bytes(self.array()?).into()),
            0xce => Value::Int(u32::from_be_bytes(self.array()?).into()),
            0xcf => Value::from(u64::from_be_bytes(self.array()?)),
            0xd0 => Value::Int(i8::from_be_bytes(self.array()?).into()),
            0xd1 => Value::Int(i16::from_be_bytes(self.array()?).into()),
            0xd2 => Value::Int(i32::from_be_bytes(self.array()?).into()),
            0xd3 => Value::Int(i64::from_be_bytes(self.array()?)),
            0xd4 => match self.array()? {
                [NOTEPACK, _] => Value::Null,
                _ => return Err(Error::InvalidMsgpack { marker, offset }),
            },
            0xd7 => match self.array()? {
                // A date, in milliseconds since 1970.
                [NOTEPACK] => Value::Int(i64::from_be_bytes(self.array()?)),
                _ => return Err(Error::InvalidMsgpack { marker, offset }),
            },
            0xd9 => self.len8().and_then(|len| self.text(len)).map(Value::from)?,
            0xda => self.len16().and_then(|len| self.text(len)).map(Value::from)?,
            0xdb => self.len32().and_then(|len| self.text(len)).map(Value::from)?,
            0xdc => self.len16().and_then(|len| self.list(len))?,
            0xdd => self.len32().and_then(|len| self.list(len))?,
            0xde => self.len16().and_then(|len| self.map(len))?,
            0xdf => self.len32().and_then(|len| self.map(len))?,
            0xe0..=0xff => Value::Int(i8::from_be_bytes([marker]).into()),
            // Other extensions have no meaning that both parsers share.
            _ => return Err(Error::InvalidMsgpack { marker, offset }),
        })
    }

    fn binary(&mut self, len: usize) -> Result<Value, Error> {
        let bytes = self.take(len)?;
        Ok(Value::Bin(part_of(self.whole, bytes)))
    }

    fn text(&mut self, len: usize) -> Result<&'a str, Error> {
        let offset = self.whole.len() - self.rest.len();
        let bytes = self.take(len)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(error) => {
                let marker = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
                Err(Error::InvalidMsgpack { marker, offset: offset + error.valid_up_to() })
            }
        }
    }

    /// Runs `read` one level deeper, unless `least` bytes, the least the container can take, are not there.
    fn nested<T>(&mut self, least: usize, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if least > self.rest.len() {
            return Err(self.truncated());
        }
        self.budget.depth = self.budget.depth.checked_sub(1).ok_or(Error::TooDeep { limit: self.limits.depth })?;
        let value = read(self)?;
        self.budget.depth += 1;
        Ok(value)
    }

    fn list(&mut self, len: usize) -> Result<Value, Error> {
        self.nested(len, |reader| {
            let mut values = Vec::with_capacity(len.min(RESERVED));
            for _ in 0..len {
                values.push(reader.value()?);
            }
            Ok(Value::Array(values))
        })
    }

    fn map(&mut self, len: usize) -> Result<Value, Error> {
        self.nested(len.saturating_mul(2), |reader| {
            let mut pairs = Vec::with_capacity(len.min(RESERVED));
            for _ in 0..len {
                let key = reader.key()?.to_owned();
                pairs.push((key, reader.value()?));
            }
            Ok(Value::of_pairs(pairs))
        })
    }

    /// Keys are texts; nothing else can be a property's name in JavaScript.
    fn key(&mut self) -> Result<&'a str, Error> {
        let offset = self.whole.len() - self.rest.len();
        let [marker] = self.array()?;
        let len = match marker {
            0xa0..=0xbf => (marker & 0x1f).into(),
            0xd9 => self.len8()?,
            0xda => self.len16()?,
            0xdb => self.len32()?,
            _ => return Err(Error::InvalidMsgpack { marker, offset }),
        };
        self.text(len)
    }
}
