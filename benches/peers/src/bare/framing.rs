//! The bytes of events and of the opening, framed for WebSocket.

use crate::flags::Parser;

/// Name of the event, the same in all servers.
pub(super) const EVENT: &str = "frame";

/// Everything before a payload of `len` bytes.
pub(super) fn before_payload(parser: Parser, len: usize) -> Vec<u8> {
    match parser {
        Parser::Json => {
            let text = format!("451-[\"{EVENT}\",{{\"_placeholder\":true,\"num\":0}}]");
            let mut run = frame(true, text.as_bytes());
            run.extend(head(false, len));
            run
        }
        Parser::Msgpack => {
            let mut packet = b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92".to_vec();
            packet.push(0xa0 | EVENT.len() as u8);
            packet.extend_from_slice(EVENT.as_bytes());
            match u8::try_from(len) {
                Ok(len) => packet.extend([0xc4, len]),
                Err(_) => {
                    packet.push(0xc5);
                    packet.extend((len as u16).to_be_bytes());
                }
            }
            let mut run = head(false, packet.len() + len);
            run.extend(packet);
            run
        }
    }
}

/// The open packet of Engine.IO.
pub(super) fn open(sid: &str) -> Vec<u8> {
    let text = format!(
        "0{{\"sid\":\"{sid}\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":100000}}"
    );
    frame(true, text.as_bytes())
}

/// The answer to CONNECT.
pub(super) fn connected(parser: Parser, sid: &str) -> Vec<u8> {
    match parser {
        Parser::Json => frame(true, format!("40{{\"sid\":\"{sid}\"}}").as_bytes()),
        Parser::Msgpack => {
            let mut packet = b"\x83\xa4type\x00\xa4data\x81\xa3sid".to_vec();
            packet.push(0xa0 | sid.len() as u8);
            packet.extend_from_slice(sid.as_bytes());
            packet.extend_from_slice(b"\xa3nsp\xa1/");
            frame(false, &packet)
        }
    }
}

fn frame(text: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(text, payload.len());
    bytes.extend_from_slice(payload);
    bytes
}

fn head(text: bool, len: usize) -> Vec<u8> {
    let opcode = if text { 0x81 } else { 0x82 };
    match len {
        0..=125 => vec![opcode, len as u8],
        126..=0xffff => {
            let [high, low] = (len as u16).to_be_bytes();
            vec![opcode, 126, high, low]
        }
        _ => [[opcode, 127].as_slice(), &(len as u64).to_be_bytes()].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_event_is_a_text_frame_and_the_head_of_its_attachment() {
        let run = before_payload(Parser::Json, 200);
        assert_eq!(run[..2], [0x81, 43]);
        assert_eq!(&run[2..45], br#"451-["frame",{"_placeholder":true,"num":0}]"#);
        assert_eq!(run[45..], [0x82, 126, 0, 200]);
    }

    #[test]
    fn a_messagepack_event_is_one_binary_frame() {
        let run = before_payload(Parser::Msgpack, 1_000);
        assert_eq!(usize::from(u16::from_be_bytes([run[2], run[3]])), run.len() - 4 + 1_000);
        assert!(run.ends_with(&[0xc5, 0x03, 0xe8]));
    }
}
