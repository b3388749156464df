//! Messages to packets: finds the parser of a connection and holds a packet back until its attachments are there. Owns
//! the bounds on one packet; the time attachments may take is the session's.

use bytes::Bytes;
use engineio::Message;

use crate::{Error, Limits, Packet, Parser, json, msgpack};

/// Decodes the messages of one connection.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    /// Unknown until the first message.
    parser: Option<Parser>,
    pending: Option<Pending>,
}

/// A JSON packet whose attachments have not all come.
#[derive(Debug)]
struct Pending {
    header: json::Header,
    attachments: Vec<Bytes>,
    /// Bytes of the header and the attachments so far.
    len: usize,
}

impl Decoder {
    /// A decoder that recognises the parser by the first message: text for JSON, binary for MessagePack.
    pub fn new(limits: Limits) -> Self {
        Self { limits, parser: None, pending: None }
    }

    /// A decoder for one parser.
    pub fn with_parser(limits: Limits, parser: Parser) -> Self {
        Self { parser: Some(parser), ..Self::new(limits) }
    }

    /// The connection's parser, once known.
    pub fn parser(&self) -> Option<Parser> {
        self.parser
    }

    /// How many attachments of the current packet are still to come.
    pub fn missing_attachments(&self) -> usize {
        self.pending.as_ref().map_or(0, |pending| pending.header.attachments.saturating_sub(pending.attachments.len()))
    }

    /// Takes a message and returns the packet it completes. An error ends the connection: what follows cannot be
    /// understood.
    ///
    /// # Errors
    ///
    /// When the message is no packet, exceeds a limit, or is not the attachment that is due.
    pub fn decode(&mut self, message: Message) -> Result<Option<Packet>, Error> {
        let parser = *self.parser.get_or_insert_with(|| Parser::of_first(&message));
        match (parser, message) {
            (Parser::MessagePack, Message::Binary(binary)) => {
                self.check_len(binary.len())?;
                msgpack::decode(&binary.into_bytes(), &self.limits).map(Some)
            }
            (Parser::MessagePack, Message::Text(_)) => Err(Error::UnexpectedText),
            (Parser::Json, Message::Text(_)) if self.pending.is_some() => Err(Error::UnexpectedText),
            (Parser::Json, Message::Text(text)) => {
                self.check_len(text.len())?;
                let header = json::decode(&text, &self.limits)?;
                self.pending = Some(Pending { header, attachments: Vec::new(), len: text.len() });
                self.complete()
            }
            (Parser::Json, Message::Binary(binary)) => {
                let pending = self.pending.as_mut().ok_or(Error::UnexpectedBinary)?;
                pending.len = pending.len.saturating_add(binary.len());
                let len = pending.len;
                pending.attachments.push(binary.into_bytes());
                self.check_len(len)?;
                self.complete()
            }
        }
    }

    fn check_len(&self, len: usize) -> Result<(), Error> {
        let limit = self.limits.message_bytes;
        if len > limit { Err(Error::MessageTooLarge { len, limit }) } else { Ok(()) }
    }

    fn complete(&mut self) -> Result<Option<Packet>, Error> {
        if self.missing_attachments() > 0 {
            return Ok(None);
        }
        self.pending.take().map(|pending| pending.header.finish(&pending.attachments)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use engineio::Binary;

    use super::*;
    use crate::{Namespace, PacketKind, Value};

    fn decoder() -> Decoder {
        Decoder::new(Limits::default())
    }

    fn text(decoder: &mut Decoder, text: &str) -> Result<Option<Packet>, Error> {
        decoder.decode(Message::text(text))
    }

    fn binary(decoder: &mut Decoder, bytes: &'static [u8]) -> Result<Option<Packet>, Error> {
        decoder.decode(Message::binary(bytes))
    }

    #[test]
    fn attachments_are_put_where_their_placeholders_are_and_not_copied() {
        let mut decoder = decoder();
        let header = r#"52-/a,7["x",{"b":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}]"#;
        assert_eq!(text(&mut decoder, header), Ok(None));
        assert_eq!(decoder.missing_attachments(), 2);
        assert_eq!(binary(&mut decoder, &[1]), Ok(None));
        let second = Bytes::from(vec![2, 3]);
        let packet = decoder.decode(Message::binary(second.clone())).unwrap().unwrap();
        assert_eq!((packet.kind, packet.id, packet.namespace), (PacketKind::Event, Some(7), Namespace::new("/a")));
        let Some(Value::Array(data)) = packet.data else { panic!() };
        let Some(Value::Bin(bytes)) = data[1].get("b") else { panic!("{data:?}") };
        assert_eq!(bytes.as_ptr(), second.as_ptr());
        assert_eq!(data[2], Value::Bin(Bytes::from_static(&[1])));
        assert_eq!(text(&mut decoder, "2[\"next\"]").unwrap().unwrap().kind, PacketKind::Event);
    }

    #[test]
    fn attachment_numbers_must_name_an_attachment() {
        for num in ["-1", "0.5", "1.5", "1.0", "1e400", "\"0\"", "1", "null", "18446744073709551616", "true", "[0]"] {
            let mut decoder = decoder();
            let header = format!(r#"51-["x",{{"_placeholder":true,"num":{num}}}]"#);
            assert_eq!(text(&mut decoder, &header), Ok(None));
            assert_eq!(binary(&mut decoder, &[1]), Err(Error::InvalidPlaceholder), "{num}");
        }
        for num in ["0", "-0", "0.0", "0e9"] {
            let mut decoder = decoder();
            text(&mut decoder, &format!(r#"51-["x",{{"_placeholder":true,"num":{num}}}]"#)).unwrap();
            assert!(binary(&mut decoder, &[1]).is_ok_and(|packet| packet.is_some()), "{num}");
        }
        let mut decoder = decoder();
        assert_eq!(text(&mut decoder, r#"51-["x",{"_placeholder":true}]"#), Ok(None));
        assert_eq!(binary(&mut decoder, &[1]), Err(Error::InvalidPlaceholder));
    }

    #[test]
    fn a_placeholder_in_a_text_packet_is_ordinary_data() {
        let packet = text(&mut decoder(), r#"2["x",{"_placeholder":true,"num":0}]"#).unwrap().unwrap();
        let Some(Value::Array(data)) = packet.data else { panic!() };
        assert_eq!(data[1].get("num"), Some(&Value::Int(0)));
    }

    #[test]
    fn text_while_attachments_are_due_and_binary_while_none_are_is_refused() {
        let mut decoder = decoder();
        text(&mut decoder, r#"51-["x",{"_placeholder":true,"num":0}]"#).unwrap();
        assert_eq!(text(&mut decoder, "2[\"y\"]"), Err(Error::UnexpectedText));
        let mut decoder = self::decoder();
        text(&mut decoder, "2[\"y\"]").unwrap();
        assert_eq!(binary(&mut decoder, &[1]), Err(Error::UnexpectedBinary));
    }

    #[test]
    fn the_attachment_limit_holds_on_both_sides() {
        assert_eq!(text(&mut decoder(), r#"510-["x"]"#), Ok(None));
        assert_eq!(text(&mut decoder(), r#"511-["x"]"#), Err(Error::TooManyAttachments { count: 11, limit: 10 }));
    }

    #[test]
    fn the_length_limit_counts_attachments() {
        let limits = Limits { message_bytes: 50, ..Limits::default() };
        let header = r#"51-["x",{"_placeholder":true,"num":0}]"#;
        let mut decoder = Decoder::new(limits.clone());
        text(&mut decoder, header).unwrap();
        assert!(decoder.decode(Message::binary(vec![0; 50 - header.len()])).is_ok());
        text(&mut decoder, header).unwrap();
        let too_long = decoder.decode(Message::binary(vec![0; 51 - header.len()]));
        assert_eq!(too_long, Err(Error::MessageTooLarge { len: 51, limit: 50 }));
        let long = format!("2[\"{}\"]", "x".repeat(46));
        assert_eq!(text(&mut Decoder::new(limits.clone()), &long), Err(Error::MessageTooLarge { len: 51, limit: 50 }));
        let long = Decoder::new(limits).decode(Message::binary(vec![0; 51]));
        assert_eq!(long, Err(Error::MessageTooLarge { len: 51, limit: 50 }));
    }

    #[test]
    fn the_first_message_decides_the_parser() {
        let connect = Packet::new(PacketKind::Connect, Namespace::ROOT, None);
        for parser in [Parser::Json, Parser::MessagePack] {
            let mut decoder = decoder();
            assert_eq!(decoder.decode(parser.encode(&connect).head), Ok(Some(connect.clone())));
            assert_eq!(decoder.parser(), Some(parser));
            let other = match parser {
                Parser::Json => Message::Binary(Binary::from(vec![0x80])),
                Parser::MessagePack => Message::text("0"),
            };
            assert!(decoder.decode(other).is_err());
        }
    }
}
