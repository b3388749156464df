//! Tests of both ends together: a [`Pair`] joins them in memory, for both parsers.

use std::time::Duration;

use bytes::Bytes;
use engineio::{CloseReason, Message};

use super::*;
use crate::{AckFailure, Args, DisconnectReason, Error, Limits, Namespace, Parser, Value};

const S: Duration = Duration::from_secs(1);
const BOTH: [Parser; 2] = [Parser::Json, Parser::MessagePack];

struct Pair {
    now: Duration,
    server: ServerSession,
    client: ClientSession,
}

impl Pair {
    fn new(parser: Parser) -> Self {
        let now = 5 * S;
        Self {
            now,
            server: ServerSession::new(now, Limits::default()),
            client: ClientSession::new(Limits::default(), parser),
        }
    }

    /// A pair whose client has joined the main namespace.
    fn joined(parser: Parser) -> Self {
        let mut pair = Self::new(parser);
        pair.join(&Namespace::ROOT);
        pair
    }

    fn join(&mut self, namespace: &Namespace) {
        self.client.connect(namespace, None).unwrap();
        let (server, _) = self.drive();
        assert_eq!(server, [Event::Connecting { namespace: namespace.clone(), auth: None }]);
        self.server.accept(namespace, "sid").unwrap();
        let (_, client) = self.drive();
        assert_eq!(client, [Event::Connected { namespace: namespace.clone(), sid: "sid".into() }]);
    }

    /// Carries all messages across and returns the events of both ends.
    fn drive(&mut self) -> (Vec<Event>, Vec<Event>) {
        while let Some(message) = self.client.poll_transmit() {
            self.server.handle_message(self.now, message).unwrap();
        }
        while let Some(message) = self.server.poll_transmit() {
            self.client.handle_message(self.now, message).unwrap();
        }
        (events(&mut self.server), events(&mut self.client))
    }

    /// What the server says to a raw message.
    fn raw(&mut self, text: &str) -> Result<(), Error> {
        self.server.handle_message(self.now, Message::text(text))
    }
}

fn events<R: Role>(session: &mut Session<R>) -> Vec<Event> {
    std::iter::from_fn(|| session.poll_event()).collect()
}

fn args(list: &[i64]) -> Args {
    list.iter().copied().map(Value::Int).collect()
}

fn root() -> Namespace {
    Namespace::ROOT
}

fn disconnected(namespace: Namespace, reason: DisconnectReason) -> Event {
    Event::Disconnected { namespace, reason }
}

#[test]
fn a_client_joins_with_its_auth_and_a_refused_one_learns_why() {
    for parser in BOTH {
        let mut pair = Pair::new(parser);
        let auth = Some(Value::Map(vec![("token".into(), "t".into())]));
        let (good, bad) = (Namespace::new("game"), Namespace::new("/nope"));
        pair.client.connect(&good, auth.clone()).unwrap();
        pair.client.connect(&bad, None).unwrap();
        let (server, _) = pair.drive();
        let asked = |namespace: &Namespace, auth| Event::Connecting { namespace: namespace.clone(), auth };
        assert_eq!(server, [asked(&good, auth), asked(&bad, None)]);
        pair.server.accept(&good, "abc").unwrap();
        pair.server.refuse(&bad, ServerSession::INVALID_NAMESPACE, Some(Value::Int(4))).unwrap();
        let (_, client) = pair.drive();
        let data = Some(Value::Int(4));
        let refused = Event::ConnectError { namespace: bad.clone(), message: "Invalid namespace".into(), data };
        assert_eq!(client, [Event::Connected { namespace: good.clone(), sid: "abc".into() }, refused]);
        assert!(pair.server.is_connected(&good) && pair.client.is_connected(&good));
        assert!(!pair.server.is_connected(&bad) && !pair.client.is_connected(&bad));
        assert_eq!(pair.server.parser(), Some(parser));
        assert_eq!(pair.server.accept(&bad, "late"), Err(Error::NotConnecting(bad)));
    }
}

#[test]
fn events_and_acknowledgements_go_both_ways_with_bytes_in_them() {
    for parser in BOTH {
        let mut pair = Pair::joined(parser);
        let payload = Args::from(vec![Value::Bin(Bytes::from_static(&[1, 2])), Value::Int(3)]);
        let to_server = pair.client.emit_with_ack(pair.now, &root(), "ask", payload.clone(), None).unwrap();
        let to_client = pair.server.emit_with_ack(pair.now, &root(), "ask", payload.clone(), None).unwrap();
        pair.client.emit(&root(), "plain", payload.clone()).unwrap();
        let (mut server, mut client) = pair.drive();
        let plain = server.pop().unwrap();
        assert_eq!(plain, Event::Event { namespace: root(), name: "plain".into(), args: payload.clone(), ack: None });
        for (events, is_server) in [(&mut server, true), (&mut client, false)] {
            let Some(Event::Event { name, args, ack: Some(token), .. }) = events.pop() else { panic!("{events:?}") };
            assert_eq!((name.as_str(), &args), ("ask", &payload));
            match is_server {
                true => pair.server.ack(token, args).unwrap(),
                false => pair.client.ack(token, args).unwrap(),
            }
        }
        let (server, client) = pair.drive();
        assert_eq!(server, [Event::Ack { namespace: root(), id: to_client, args: payload.clone() }]);
        assert_eq!(client, [Event::Ack { namespace: root(), id: to_server, args: payload }]);
    }
}

#[test]
fn one_encoding_serves_every_receiver_of_a_parser() {
    for parser in BOTH {
        let event = parser.encode_event(&root(), "all", &args(&[1]), None);
        for _ in 0..2 {
            let mut pair = Pair::joined(parser);
            pair.server.emit_encoded(&root(), &event).unwrap();
            let (_, client) = pair.drive();
            assert_eq!(client, [Event::Event { namespace: root(), name: "all".into(), args: args(&[1]), ack: None }]);
        }
        let mut outside = Pair::new(parser);
        assert_eq!(outside.server.emit_encoded(&root(), &event), Err(Error::NotConnected(root())));
    }
}

#[test]
fn an_acknowledgement_that_is_late_is_dropped_and_one_never_asked_for_is_told_and_ends_nothing() {
    let mut pair = Pair::joined(Parser::Json);
    let id = pair.server.emit_with_ack(pair.now, &root(), "q", Args::new(), Some(2 * S)).unwrap();
    assert_eq!(pair.server.poll_timeout(), Some(7 * S));
    pair.server.handle_timeout(7 * S - Duration::from_nanos(1)).unwrap();
    assert_eq!(pair.server.poll_event(), None);
    pair.server.handle_timeout(7 * S).unwrap();
    let failed = Event::AckFailed { namespace: root(), id, failure: AckFailure::Timeout };
    assert_eq!(events(&mut pair.server), [failed]);
    assert_eq!(pair.server.poll_timeout(), None);
    pair.raw("30[1]").unwrap();
    pair.raw("30[1]").unwrap();
    assert_eq!(pair.server.poll_event(), None);
    for (text, id) in [("31[]", Some(1)), ("318446744073709551615[1]", Some(u64::MAX)), ("3[]", None)] {
        pair.raw(text).unwrap();
        assert_eq!(events(&mut pair.server), [Event::StrayAck { namespace: root(), id }], "{text}");
    }
    pair.raw("2[\"x\"]").unwrap();
    assert_eq!(events(&mut pair.server).len(), 1, "the session goes on");
    let id = pair.server.emit_with_ack(pair.now, &root(), "q", Args::new(), None).unwrap();
    pair.raw("31[2]").unwrap();
    assert_eq!(events(&mut pair.server), [Event::Ack { namespace: root(), id, args: args(&[2]) }]);
}

#[test]
fn sessions_that_count_together_never_ask_under_the_same_number() {
    let ids = AckIds::default();
    let session = || {
        let mut pair = Pair::new(Parser::Json);
        pair.server = ServerSession::new(pair.now, Limits::default()).with_ack_ids(ids.clone());
        pair.join(&root());
        pair
    };
    let (mut one, mut other) = (session(), session());
    let ask = |pair: &mut Pair| pair.server.emit_with_ack(pair.now, &root(), "q", Args::new(), None).unwrap();
    let asked = [ask(&mut one), ask(&mut other), ask(&mut one)];
    assert_eq!(asked.map(|id| id.to_string()), ["0", "1", "2"]);
    other.raw("30[]").unwrap();
    assert_eq!(other.server.poll_event(), None, "it is dropped as one that is late");
    other.raw("33[]").unwrap();
    assert_eq!(events(&mut other.server), [Event::StrayAck { namespace: root(), id: Some(3) }]);
    other.raw("1").unwrap();
    other.raw("0").unwrap();
    other.server.accept(&root(), "again").unwrap();
    assert_eq!(ask(&mut other).to_string(), "3", "in a later joining too");
    assert_eq!(ask(&mut Pair::joined(Parser::Json)).to_string(), "0", "other sessions count alone");
}

#[test]
fn an_acknowledgement_counts_once_and_disarms_its_timer() {
    let mut pair = Pair::joined(Parser::Json);
    let id = pair.server.emit_with_ack(pair.now, &root(), "q", Args::new(), Some(S)).unwrap();
    pair.raw("30[7]").unwrap();
    pair.raw("30[8]").unwrap();
    assert_eq!(events(&mut pair.server), [Event::Ack { namespace: root(), id, args: args(&[7]) }]);
    pair.server.handle_timeout(100 * S).unwrap();
    assert_eq!(pair.server.poll_event(), None);
}

#[test]
fn outstanding_acknowledgements_are_bounded_and_released_when_the_connection_ends() {
    let mut pair = Pair::joined(Parser::Json);
    let ask = |pair: &mut Pair| pair.server.emit_with_ack(pair.now, &root(), "q", Args::new(), None);
    let ids: Vec<_> = (0..1_000).map(|_| ask(&mut pair).unwrap()).collect();
    assert_eq!(ask(&mut pair), Err(Error::TooManyAcks { limit: 1_000 }));
    let ask_back = |pair: &mut Pair| pair.client.emit_with_ack(pair.now, &root(), "q", Args::new(), None);
    (0..1_000).for_each(|_| assert!(ask_back(&mut pair).is_ok()));
    assert_eq!(ask_back(&mut pair), Err(Error::TooManyAcks { limit: 1_000 }));
    pair.client.handle_closed(CloseReason::TransportClose);
    assert_eq!(events(&mut pair.client).len(), 1_001, "each has failed, and the namespace is left");
    pair.server.handle_closed(CloseReason::PingTimeout);
    pair.server.handle_closed(CloseReason::TransportClose);
    let mut told = events(&mut pair.server);
    let reason = DisconnectReason::Connection(CloseReason::PingTimeout);
    assert_eq!(told.pop(), Some(disconnected(root(), reason)));
    let failed = |id| Event::AckFailed { namespace: root(), id, failure: AckFailure::Disconnected };
    assert_eq!(told, ids.into_iter().map(failed).collect::<Vec<_>>());
}

#[test]
fn a_token_answers_only_in_the_joining_it_came_from() {
    let mut pair = Pair::joined(Parser::Json);
    pair.raw("25[\"q\"]").unwrap();
    let Some(Event::Event { ack: Some(token), .. }) = pair.server.poll_event() else { panic!() };
    assert_eq!(token.namespace(), &root());
    pair.server.disconnect(&root()).unwrap();
    pair.drive();
    pair.join(&root());
    assert_eq!(pair.server.ack(token, Args::new()), Err(Error::NotConnected(root())));
    assert_eq!(pair.server.poll_transmit(), None);
}

#[test]
fn a_token_does_not_answer_in_a_later_joining_where_the_peer_has_left_in_between() {
    let mut pair = Pair::joined(Parser::Json);
    pair.raw("25[\"q\"]").unwrap();
    let Some(Event::Event { ack: Some(token), .. }) = pair.server.poll_event() else { panic!() };
    pair.client.disconnect(&root()).unwrap();
    pair.drive();
    pair.join(&root());
    assert_eq!(pair.server.ack(token, Args::new()), Err(Error::NotConnected(root())));
    assert_eq!(pair.server.poll_transmit(), None);
}

#[test]
fn either_end_may_leave_and_join_again_while_the_connection_lives() {
    for parser in BOTH {
        let mut pair = Pair::joined(parser);
        let other = Namespace::new("/other");
        pair.join(&other);
        pair.client.disconnect(&root()).unwrap();
        let gone = || disconnected(root(), DisconnectReason::ClientNamespaceDisconnect);
        assert_eq!(pair.drive(), (vec![gone()], vec![gone()]));
        assert_eq!(pair.server.emit(&root(), "x", Args::new()), Err(Error::NotConnected(root())));
        pair.join(&root());
        pair.server.disconnect(&root()).unwrap();
        let gone = || disconnected(root(), DisconnectReason::ServerNamespaceDisconnect);
        assert_eq!(pair.drive(), (vec![gone()], vec![gone()]));
        pair.join(&root());
        assert_eq!(pair.server.namespaces().count(), 2);
    }
}

#[test]
fn what_was_on_its_way_to_a_namespace_just_left_is_dropped() {
    let mut pair = Pair::joined(Parser::Json);
    pair.client.emit(&root(), "late", Args::new()).unwrap();
    pair.server.disconnect(&root()).unwrap();
    let (server, _) = pair.drive();
    assert_eq!(server, [disconnected(root(), DisconnectReason::ServerNamespaceDisconnect)]);

    let mut pair = Pair::joined(Parser::Json);
    pair.server.emit(&root(), "late", Args::new()).unwrap();
    pair.client.disconnect(&root()).unwrap();
    pair.client.connect(&root(), None).unwrap();
    let (_, client) = pair.drive();
    assert_eq!(client, [disconnected(root(), DisconnectReason::ClientNamespaceDisconnect)]);
    pair.server.accept(&root(), "again").unwrap();
    assert_eq!(pair.drive().1, [Event::Connected { namespace: root(), sid: "again".into() }]);
}

#[test]
fn a_client_that_leaves_before_the_answer_is_let_go() {
    let mut pair = Pair::new(Parser::Json);
    pair.raw("0").unwrap();
    assert_eq!(events(&mut pair.server), [Event::Connecting { namespace: root(), auth: None }]);
    assert!(pair.server.is_connecting(&root()));
    pair.raw("1").unwrap();
    assert_eq!(events(&mut pair.server), [Event::Withdrawn { namespace: root() }]);
    assert!(!pair.server.is_connecting(&root()));
    assert_eq!(pair.server.accept(&root(), "sid"), Err(Error::NotConnecting(root())));
    assert_eq!(pair.raw("1"), Err(Error::NotConnected(root())));
}

#[test]
fn of_a_request_taken_back_at_once_the_application_does_not_hear() {
    let mut pair = Pair::new(Parser::Json);
    let asks = |number: i64| {
        let auth = Some(Value::Map(vec![("n".into(), Value::Int(number))]));
        Event::Connecting { namespace: root(), auth }
    };
    for text in ["0/other", "0{\"n\":1}", "1", "0{\"n\":2}", "1", "0{\"n\":3}"] {
        pair.raw(text).unwrap();
    }
    let other = Event::Connecting { namespace: Namespace::new("/other"), auth: None };
    assert_eq!(events(&mut pair.server), [other, asks(3)]);
    for text in ["1", "0{\"n\":4}", "1", "0{\"n\":5}"] {
        pair.raw(text).unwrap();
    }
    assert_eq!(events(&mut pair.server), [Event::Withdrawn { namespace: root() }, asks(5)]);
    pair.server.accept(&root(), "sid").unwrap();
    assert!(pair.server.is_connected(&root()));
}

#[test]
fn rules_of_the_session_are_enforced_by_closing_it() {
    let forced = DisconnectReason::ForcedServerClose;
    let invalid = DisconnectReason::Connection(CloseReason::ForcedClose);
    let cases: [(&str, Error, DisconnectReason); 9] = [
        ("0", Error::AlreadyConnected(root()), forced),
        ("2/b,[\"x\"]", Error::NotConnected(Namespace::new("/b")), forced),
        ("3/b,1[]", Error::NotConnected(Namespace::new("/b")), forced),
        ("1/b,", Error::NotConnected(Namespace::new("/b")), forced),
        ("4{}", Error::UnexpectedPacket("connect error"), invalid),
        ("2[\"disconnect\"]", Error::ReservedEvent("disconnect"), invalid),
        ("2[7]", Error::InvalidEventName, invalid),
        ("3-1[]", Error::InvalidJson { column: 3 }, invalid),
        ("9", Error::UnknownType, invalid),
    ];
    for (text, error, reason) in cases {
        let mut pair = Pair::joined(Parser::Json);
        assert_eq!(error.disconnect_reason(), reason);
        assert_eq!(pair.raw(text), Err(error), "{text}");
        assert_eq!(events(&mut pair.server), [disconnected(root(), reason)], "{text}");
        assert!(pair.server.is_closed());
        assert_eq!(pair.raw("2[\"x\"]"), Err(Error::Closed));
        assert_eq!((pair.server.poll_timeout(), pair.server.poll_transmit()), (None, None));
        assert_eq!(pair.server.emit(&root(), "x", Args::new()), Err(Error::NotConnected(root())));
    }
}

#[test]
fn an_event_before_connect_and_a_second_request_before_the_answer_close() {
    let mut pair = Pair::new(Parser::Json);
    assert_eq!(pair.raw("2[\"x\"]"), Err(Error::NotConnected(root())));
    for second in ["0", "2[\"x\"]", "30[]"] {
        let mut pair = Pair::new(Parser::Json);
        pair.raw("0").unwrap();
        assert!(pair.raw(second).is_err(), "{second}");
        assert_eq!(events(&mut pair.server), [Event::Connecting { namespace: root(), auth: None }]);
    }
}

#[test]
fn the_namespace_limit_holds_on_both_sides() {
    let mut pair = Pair::new(Parser::Json);
    for n in 0..16 {
        pair.raw(&format!("0/{n}")).unwrap();
    }
    assert_eq!(events(&mut pair.server).len(), 16);
    pair.raw("0/16,{\"token\":1}").unwrap();
    assert_eq!(pair.server.poll_event(), None, "the application is not asked");
    let told = pair.server.poll_transmit();
    assert_eq!(told, Some(Message::text("4/16,{\"message\":\"more than 16 namespaces\"}")));
    pair.server.accept(&Namespace::new("/3"), "sid").unwrap();
    pair.raw("1/3,").unwrap();
    pair.raw("0/16").unwrap();
    events(&mut pair.server);
    assert_eq!(pair.server.accept(&Namespace::new("/16"), "sid"), Ok(()), "one that is left makes room");
    let namespace = |n: u32| Namespace::new(&n.to_string());
    for n in 0..16 {
        pair.client.connect(&namespace(n), None).unwrap();
    }
    assert_eq!(pair.client.connect(&namespace(16), None), Err(Error::TooManyNamespaces { limit: 16 }));
    let mut pair = Pair::new(Parser::Json);
    for n in 0..1_000 {
        let namespace = Namespace::new(&n.to_string());
        pair.raw(&format!("0/{n}")).unwrap();
        pair.server.refuse(&namespace, "no", None).unwrap();
    }
    assert!(!pair.server.is_closed());
}

#[test]
fn a_client_sent_away_from_many_namespaces_may_join_others() {
    let mut pair = Pair::joined(Parser::Json);
    for n in 0..100 {
        let namespace = Namespace::new(&n.to_string());
        pair.join(&namespace);
        pair.server.disconnect(&namespace).unwrap();
        pair.drive();
    }
    assert_eq!(pair.server.namespaces().collect::<Vec<_>>(), [&root()]);
}

#[test]
fn what_was_on_its_way_is_dropped_for_as_many_namespaces_just_left_as_there_may_be() {
    let mut pair = Pair::new(Parser::Json);
    for n in 0..17 {
        let namespace = Namespace::new(&n.to_string());
        pair.raw(&format!("0/{n}")).unwrap();
        pair.server.accept(&namespace, "sid").unwrap();
        pair.server.disconnect(&namespace).unwrap();
    }
    events(&mut pair.server);
    for n in 1..17 {
        pair.raw(&format!("2/{n},[\"late\"]")).unwrap();
        pair.raw(&format!("1/{n},")).unwrap();
        assert_eq!(pair.server.poll_event(), None);
    }
    let gone = |n: u32| Err(Error::NotConnected(Namespace::new(&n.to_string())));
    let mut again = Pair::joined(Parser::Json);
    again.server.disconnect(&root()).unwrap();
    again.raw("1").unwrap();
    assert_eq!(again.raw("2[\"x\"]"), Err(Error::NotConnected(root())), "nothing follows a DISCONNECT");
    assert_eq!(pair.raw("2/0,[\"late\"]"), gone(0), "the one left first is not known any more");
}

#[test]
fn a_connection_that_joins_nothing_ends_after_the_connect_timeout() {
    let mut pair = Pair::new(Parser::Json);
    pair.raw("0").unwrap();
    assert_eq!(pair.server.poll_timeout(), Some(50 * S));
    pair.server.handle_timeout(50 * S - Duration::from_nanos(1)).unwrap();
    assert_eq!(pair.server.handle_timeout(50 * S), Err(Error::ConnectTimeout));
    assert!(pair.server.is_closed());
    assert_eq!(Pair::joined(Parser::Json).server.poll_timeout(), None);
}

#[test]
fn withheld_attachments_end_the_connection_in_time_and_trickled_ones_gain_none() {
    let mut pair = Pair::joined(Parser::Json);
    pair.raw(r#"52-["x",{"_placeholder":true,"num":0}]"#).unwrap();
    assert_eq!(pair.server.poll_timeout(), Some(15 * S));
    pair.now = 14 * S;
    pair.server.handle_message(pair.now, Message::binary(vec![1])).unwrap();
    assert_eq!(pair.server.poll_timeout(), Some(15 * S));
    assert_eq!(pair.server.handle_timeout(15 * S), Err(Error::AttachmentsWithheld { missing: 1 }));
    let mut pair = Pair::joined(Parser::Json);
    pair.raw(r#"51-["x",{"_placeholder":true,"num":0}]"#).unwrap();
    pair.server.handle_message(pair.now, Message::binary(vec![1])).unwrap();
    assert_eq!(pair.server.poll_timeout(), None);
}

#[test]
fn this_end_refuses_to_send_what_the_peer_would_not_take() {
    let mut pair = Pair::joined(Parser::Json);
    let eleven: Args = (0..11).map(|_| Value::Bin(Bytes::new())).collect();
    let error = Error::TooManyAttachments { count: 11, limit: 10 };
    assert_eq!(pair.server.emit(&root(), "x", eleven.clone()), Err(error.clone()));
    assert_eq!(pair.server.emit_with_ack(pair.now, &root(), "x", eleven.clone(), None), Err(error));
    assert_eq!(pair.server.emit(&root(), "connect", Args::new()), Err(Error::ReservedEvent("connect")));
    assert_eq!(pair.server.poll_transmit(), None);
    let mut pair = Pair::joined(Parser::MessagePack);
    pair.server.emit(&root(), "x", eleven).unwrap();
    assert_eq!(pair.drive().1.len(), 1);
    assert_eq!(pair.client.connect(&Namespace::new("/a"), Some(Value::Int(1))), Err(Error::InvalidData("connect")));
}

type Send<'a> = Box<dyn FnMut(&mut ServerSession) -> Result<(), Error> + 'a>;

#[test]
fn a_packet_of_this_end_may_have_packet_bytes_and_not_one_more() {
    for parser in BOTH {
        for binary in [0, 2] {
            let mut data = Args::from(vec![Value::from("y".repeat(1_000).as_str())]);
            (0..binary).for_each(|_| data.push(Value::Bin(vec![7; 300].into())));
            let mut pair = Pair::joined(parser);
            for _ in 0..3 {
                pair.client.emit_with_ack(pair.now, &root(), "ask", Args::new(), None).unwrap();
            }
            let mut tokens: Vec<_> = pair
                .drive()
                .0
                .into_iter()
                .filter_map(|event| match event {
                    Event::Event { ack, .. } => ack,
                    _ => None,
                })
                .collect();
            pair.server.limits.outstanding_acks = 2;
            let (now, data) = (pair.now, &data);
            let mut sends: [Send<'_>; 3] = [
                Box::new(|server| server.emit(&root(), "x", data.clone())),
                Box::new(|server| server.emit_with_ack(now, &root(), "x", data.clone(), None).map(drop)),
                Box::new(|server| server.ack(tokens.pop().unwrap(), data.clone())),
            ];
            for send in &mut sends {
                pair.server.limits.packet_bytes = usize::MAX;
                send(&mut pair.server).unwrap();
                let mut bytes = 0;
                while let Some(message) = pair.server.poll_transmit() {
                    bytes += message.len() + engineio::Limits::PACKET_COST;
                }
                pair.server.limits.packet_bytes = bytes - 1;
                assert_eq!(send(&mut pair.server), Err(Error::PacketTooLarge { bytes, limit: bytes - 1 }));
                assert_eq!(pair.server.poll_transmit(), None);
                pair.server.limits.packet_bytes = bytes;
                assert_eq!(send(&mut pair.server), Ok(()), "and what was refused awaits no acknowledgement");
                assert!(pair.server.poll_transmit().is_some());
                while pair.server.poll_transmit().is_some() {}
            }
        }
    }
}

#[test]
fn an_acknowledgement_whose_binary_values_are_too_much_already_is_not_encoded() {
    let mut pair = Pair::joined(Parser::MessagePack);
    pair.client.emit_with_ack(pair.now, &root(), "ask", Args::new(), None).unwrap();
    let Some(Event::Event { ack: Some(token), .. }) = pair.drive().0.pop() else { panic!("it was asked") };
    pair.server.limits.packet_bytes = 262_144;
    let many: Args = vec![Value::Bin(Bytes::from(vec![7; 48_000])); 1_600].into();
    // Encoded, the packet would have more bytes.
    let bytes = 1_600 * 48_000 + engineio::Limits::PACKET_COST;
    assert_eq!(pair.server.ack(token, many), Err(Error::PacketTooLarge { bytes, limit: 262_144 }));
}

#[test]
fn a_client_refuses_answers_it_did_not_ask_for() {
    for text in ["0{\"sid\":\"x\"}", "4{\"message\":\"x\"}", "0/b,{\"sid\":\"x\"}"] {
        let mut pair = Pair::joined(Parser::Json);
        assert!(pair.client.handle_message(pair.now, Message::text(text)).is_err(), "{text}");
    }
    let mut pair = Pair::new(Parser::Json);
    pair.client.connect(&root(), None).unwrap();
    assert_eq!(pair.client.handle_message(pair.now, Message::text("0")), Err(Error::InvalidData("connect")));
}
