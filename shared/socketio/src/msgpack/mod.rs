//! The MessagePack parser: each packet is one binary message, the map `{type, data, nsp, id?}`. Reads what notepack 2.2
//! writes, whose undefined is the extension `d4 00 00` and whose dates are an eight byte extension of type 0.

mod read;
#[cfg(test)]
mod tests;
mod write;

use bytes::Bytes;
use engineio::Message;

use crate::{Encoded, Error, Limits, Namespace, Packet, PacketKind, Value, packet::EventParts};

pub(crate) use write::{bin_header, splice, write_array_len, write_map_len, write_str, write_value};

/// The message that carries `packet`.
pub(crate) fn encode(packet: &Packet) -> Encoded {
    let mut out = head(packet.kind, &packet.namespace, packet.id, packet.data.is_some());
    let mut splices = Vec::new();
    if let Some(data) = &packet.data {
        write_value(&mut out, data, Some(&mut splices));
    }
    Encoded::alone(Message::Binary(splice(out, splices)))
}

/// The same for an event.
pub(crate) fn encode_event(event: &EventParts<'_>) -> Encoded {
    let EventParts { namespace, name, args, id } = *event;
    let mut out = head(PacketKind::Event, namespace, id, true);
    let mut splices = Vec::new();
    write_array_len(&mut out, 1 + args.len());
    write_str(&mut out, name);
    args.iter().for_each(|value| write_value(&mut out, value, Some(&mut splices)));
    Encoded::alone(Message::Binary(splice(out, splices)))
}

/// Everything up to the data, its key included where there is any.
fn head(kind: PacketKind, namespace: &Namespace, id: Option<u64>, data: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    write_map_len(&mut out, 2 + usize::from(id.is_some()) + usize::from(data));
    write_str(&mut out, "type");
    out.push(kind as u8);
    write_str(&mut out, "nsp");
    write_str(&mut out, namespace.as_str());
    if let Some(id) = id {
        write_str(&mut out, "id");
        write_value(&mut out, &Value::from(id), None);
    }
    if data {
        write_str(&mut out, "data");
    }
    out
}

/// The packet in a message. Its binary values share the storage of `bytes`.
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
