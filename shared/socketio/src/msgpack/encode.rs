//! Writing packets: the map around an event's or an acknowledgement's data.

use engineio::Message;

use super::write::{splice, write_array_len, write_map_len, write_str, write_value};
use crate::{Encoded, Namespace, Packet, PacketKind, Value, packet::EventParts};

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
