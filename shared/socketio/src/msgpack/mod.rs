//! The MessagePack parser: each packet is one binary message, the map `{type, data, nsp, id?}`. Reads what notepack 2.2
//! writes, whose undefined is the extension `d4 00 00` and whose dates are an eight byte extension of type 0.

mod encode;
mod read;
#[cfg(test)]
mod tests;
mod write;

use bytes::Bytes;

use crate::{Error, Limits, Namespace, Packet, PacketKind, Value};

pub(crate) use encode::{encode, encode_event, write_event};
pub(crate) use write::{bin_header, write_array_len, write_map_len, write_str, write_value};

/// The packet in a message. Its binary values share the storage of `bytes` where they are at least half of it.
pub(crate) fn decode(bytes: &Bytes, limits: &Limits) -> Result<Packet, Error> {
    if bytes.is_empty() {
        return Err(Error::EmptyMessage);
    }
    let read::Envelope { kind, namespace, id, data } = read::envelope(bytes, limits)?;
    let kind = match kind {
        Value::Int(number) => PacketKind::from_number(number).ok_or(Error::UnknownType)?,
        _ => return Err(Error::UnknownType),
    };
    let namespace = match namespace {
        Value::Str(name) if name.len() > limits.namespace_bytes => {
            return Err(Error::NamespaceTooLong { len: name.len(), limit: limits.namespace_bytes });
        }
        Value::Str(name) if name.starts_with('/') && !name.contains(',') => Namespace::received(name.into()),
        _ => return Err(Error::InvalidNamespace),
    };
    let id = match id {
        Value::Null => None,
        Value::Int(id) => Some(u64::try_from(id).map_err(|_| Error::InvalidId)?),
        Value::UInt(id) => Some(id),
        _ => return Err(Error::InvalidId),
    };
    let data = if data == Value::Null { None } else { Some(data) };
    Packet { kind, namespace, id, data }.validate()
}
