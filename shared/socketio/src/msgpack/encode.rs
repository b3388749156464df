//! Writing packets: the map around an event's or an acknowledgement's data.

use engineio::Message;

use super::write::{Splices, splice, write_array_len, write_map_len, write_str, write_value};
use crate::{Behind, Encoded, Namespace, Packet, PacketKind, Value, packet::EventParts};

/// The message that carries `packet`.
pub(crate) fn encode(packet: &Packet) -> Encoded {
    let mut out = Vec::with_capacity(64);
    head(&mut out, packet.kind, &packet.namespace, packet.id, packet.data.is_some());
    let mut splices = Vec::new();
    if let Some(data) = &packet.data {
        write_value(&mut out, data, Some(&mut splices));
    }
    Encoded::alone(Message::Binary(splice(out, splices)))
}

/// The same for an event.
pub(crate) fn encode_event(event: &EventParts<'_>) -> Encoded {
    let (mut out, mut splices) = (Vec::with_capacity(64), Vec::new());
    write_parts(&mut out, event, Some(&mut splices));
    Encoded::alone(Message::Binary(splice(out, splices)))
}

/// Appends an event's message. All bytes are copied.
pub(crate) fn write_event(out: &mut Vec<u8>, event: &EventParts<'_>) {
    write_parts(out, event, None);
}

fn write_parts(out: &mut Vec<u8>, event: &EventParts<'_>, mut splices: Option<&mut Splices>) {
    let EventParts { namespace, name, args, behind, id } = *event;
    head(out, PacketKind::Event, namespace, id, true);
    write_array_len(out, 1 + args.len() + usize::from(behind != Behind::Nothing));
    write_str(out, name);
    args.iter().for_each(|value| write_value(out, value, splices.as_deref_mut()));
    match behind {
        Behind::Nothing => {}
        Behind::Null => write_value(out, &Value::Null, None),
        Behind::Offset(offset) => {
            // At most 25 bytes: the short form of a text.
            let at = out.len();
            out.push(0);
            offset.write(out);
            out[at] = 0xa0 | (out.len() - at - 1) as u8;
        }
    }
}

/// Appends everything up to the data, its key included where there is any.
fn head(out: &mut Vec<u8>, kind: PacketKind, namespace: &Namespace, id: Option<u64>, data: bool) {
    write_map_len(out, 2 + usize::from(id.is_some()) + usize::from(data));
    write_str(out, "type");
    out.push(kind as u8);
    write_str(out, "nsp");
    write_str(out, namespace.as_str());
    if let Some(id) = id {
        write_str(out, "id");
        write_value(out, &Value::from(id), None);
    }
    if data {
        write_str(out, "data");
    }
}
