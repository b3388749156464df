//! Tests of the server's end of protocol 4, against what its clients send and read.

use std::time::Duration;

use engineio::{Binary, Message};

use super::*;
use crate::{Args, DisconnectReason, Error, Limits, Namespace, Protocol, Value};

const NOW: Duration = Duration::from_secs(5);

fn new() -> ServerSession {
    ServerSession::with_protocol_4(NOW, Limits::default())
}

/// A session whose client has been let into the main namespace.
fn joined() -> ServerSession {
    let mut server = new();
    server.accept(&Namespace::ROOT, "sid").unwrap();
    assert_eq!(sent(&mut server), ["0"]);
    assert_eq!(events(&mut server).len(), 1);
    server
}

fn say(server: &mut ServerSession, text: &str) -> Result<(), Error> {
    server.handle_message(NOW, Message::text(text))
}

fn events(server: &mut ServerSession) -> Vec<Event> {
    std::iter::from_fn(|| server.poll_event()).collect()
}

fn sent(server: &mut ServerSession) -> Vec<String> {
    let text = |message| match message {
        Message::Text(text) => text.to_string(),
        Message::Binary(bytes) => format!("{:?}", &bytes.into_bytes()[..]),
    };
    std::iter::from_fn(|| server.poll_transmit()).map(text).collect()
}

fn asks(namespace: &str, parameters: &[(&str, &str)]) -> Event {
    let pairs = parameters.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    Event::Connecting { namespace: Namespace::new(namespace), auth: Some(Value::Map(pairs)) }
}

#[test]
fn the_client_is_in_the_main_namespace_without_asking_and_told_no_id() {
    let mut server = new();
    assert_eq!(server.protocol(), Protocol::V4);
    assert_eq!(events(&mut server), [asks("/", &[])]);
    assert!(sent(&mut server).is_empty(), "the application decides first");
    server.accept(&Namespace::ROOT, "sid").unwrap();
    assert_eq!(sent(&mut server), ["0"]);
    server.emit(&Namespace::ROOT, "hi", Args::new()).unwrap();
    assert_eq!(sent(&mut server), ["2[\"hi\"]"]);
}

#[test]
fn other_namespaces_are_asked_for_with_parameters() {
    let mut server = joined();
    say(&mut server, "0/chat?token=abc&x=1,").unwrap();
    assert_eq!(events(&mut server), [asks("/chat", &[("token", "abc"), ("x", "1")])]);
    server.accept(&Namespace::new("/chat"), "sid").unwrap();
    assert_eq!(sent(&mut server), ["0/chat,"]);
    say(&mut server, "2/chat,[\"said\",1]").unwrap();
    let said = Event::Event {
        namespace: Namespace::new("/chat"),
        name: "said".into(),
        args: Args::from(vec![Value::Int(1)]),
        ack: None,
    };
    assert_eq!(events(&mut server), [said]);
}

#[test]
fn a_refusal_is_the_data_or_else_the_message_alone() {
    let map = Value::Map(vec![("code".into(), Value::Int(7))]);
    for (data, told) in [
        (None, "4\"no entry\""),
        (Some(Value::from("later")), "4\"later\""),
        (Some(map), "4{\"code\":7}"),
        (Some(Value::Int(7)), "4\"no entry\""),
        (Some(Value::Null), "4\"no entry\""),
        (Some(Value::from("")), "4\"no entry\""),
    ] {
        let mut server = new();
        server.refuse(&Namespace::ROOT, "no entry", data).unwrap();
        assert_eq!(sent(&mut server), [told]);
    }
    let mut server = joined();
    say(&mut server, "0/none").unwrap();
    server.refuse(&Namespace::new("/none"), ServerSession::INVALID_NAMESPACE, None).unwrap();
    assert_eq!(sent(&mut server), ["4/none,{\"message\":\"Invalid namespace\"}"]);
}

#[test]
fn one_namespace_too_many_is_refused_and_ends_nothing() {
    let mut server = joined();
    server.limits.namespaces = 1;
    say(&mut server, "0/a?token=1,").unwrap();
    assert_eq!(sent(&mut server), ["4/a,\"more than 1 namespaces\""]);
    assert!(events(&mut server).is_empty() && server.is_connected(&Namespace::ROOT));
}

#[test]
fn a_client_refused_in_the_main_namespace_may_ask_for_it_again() {
    let mut server = new();
    server.refuse(&Namespace::ROOT, "no", None).unwrap();
    events(&mut server);
    say(&mut server, "0").unwrap();
    assert_eq!(events(&mut server), [asks("/", &[])]);
}

#[test]
fn what_breaks_the_protocol_ends_the_session() {
    for (text, error) in [
        ("0", Error::AlreadyConnected(Namespace::ROOT)),
        ("0/a,{\"token\":1}", Error::InvalidData("connect")),
        ("2/a,[\"x\"]", Error::NotConnected(Namespace::new("/a"))),
        ("9", Error::UnknownType),
        ("4\"x\"", Error::UnexpectedPacket("connect error")),
    ] {
        let mut server = joined();
        assert_eq!(say(&mut server, text), Err(error.clone()), "{text}");
        assert!(server.is_closed());
        let left = Event::Disconnected { namespace: Namespace::ROOT, reason: error.disconnect_reason() };
        assert_eq!(events(&mut server), [left]);
    }
}

#[test]
fn a_request_to_join_does_not_come_between_a_packet_and_its_attachments() {
    let mut server = joined();
    say(&mut server, "51-[\"x\",{\"_placeholder\":true,\"num\":0}]").unwrap();
    assert_eq!(say(&mut server, "0/chat"), Err(Error::UnexpectedText));
}

#[test]
fn events_and_acknowledgements_are_as_in_protocol_5() {
    let mut server = joined();
    say(&mut server, "51-7[\"x\",{\"_placeholder\":true,\"num\":0}]").unwrap();
    server.handle_message(NOW, Message::binary(vec![1, 2])).unwrap();
    let Some(Event::Event { args, ack: Some(ack), .. }) = server.poll_event() else { panic!("an event") };
    server.ack(ack, args).unwrap();
    assert_eq!(sent(&mut server), ["61-7[{\"_placeholder\":true,\"num\":0}]", "[1, 2]"]);
    let id = server.emit_with_ack(NOW, &Namespace::ROOT, "y", Args::new(), None).unwrap();
    assert_eq!(sent(&mut server), ["20[\"y\"]"]);
    say(&mut server, "30[true]").unwrap();
    let args = Args::from(vec![Value::Bool(true)]);
    assert_eq!(events(&mut server), [Event::Ack { namespace: Namespace::ROOT, id, args }]);
    say(&mut server, "1").unwrap();
    let reason = DisconnectReason::ClientNamespaceDisconnect;
    assert_eq!(events(&mut server), [Event::Disconnected { namespace: Namespace::ROOT, reason }]);
}

#[test]
fn the_client_speaks_json_from_the_start() {
    let mut server = joined();
    let binary = Message::Binary(Binary::from(vec![0x82]));
    assert_eq!(server.handle_message(NOW, binary), Err(Error::UnexpectedBinary));
}

#[test]
fn a_client_let_into_nothing_is_given_up() {
    let mut server = new();
    assert_eq!(server.poll_timeout(), Some(NOW + Limits::default().connect_timeout));
    server.accept(&Namespace::ROOT, "sid").unwrap();
    assert_eq!(server.poll_timeout(), None);
}
