//! Tests of both ends together: a [`Pair`] joins them in memory, packets crossing as real bytes.

use std::time::Duration;

use super::*;
use crate::{
    ClientConfig, CloseReason, Codec, Error, ErrorCode, Limits, Message, Opcode, Packet, Probe, ServerConfig, Text,
    Transport,
};

pub(super) const MS: Duration = Duration::from_millis(1);

pub(super) struct Pair {
    pub(super) now: Duration,
    pub(super) codec: Codec,
    pub(super) server: ServerSession,
    pub(super) client: ClientSession,
    /// Neither end hears of the other any more.
    pub(super) cut: bool,
    pub(super) server_events: Vec<Event>,
    pub(super) client_events: Vec<Event>,
}

fn cross(codec: Codec, packet: &Packet) -> Packet {
    let frame = codec.frame(packet);
    let bytes = frame.to_bytes();
    match frame.opcode {
        Opcode::Text => codec.decode_text(&Text::try_from(bytes).unwrap(), &Limits::default()).unwrap(),
        Opcode::Binary => codec.decode_binary(bytes, &Limits::default()).unwrap(),
    }
}

fn open_body(codec: Codec, body: Vec<u8>) -> Vec<Packet> {
    let binary = codec.is_binary_body(&body);
    codec.decode_body(body.into(), binary, &Limits::default()).unwrap()
}

impl Pair {
    pub(super) fn new(transport: Transport) -> Self {
        Self::speaking(Codec::V4, transport)
    }

    pub(super) fn speaking(codec: Codec, transport: Transport) -> Self {
        let now = Duration::from_secs(7);
        let client = ClientConfig { codec, ..ClientConfig::default() };
        let mut pair = Self {
            now,
            codec,
            server: ServerSession::with_codec(now, &ServerConfig::default(), codec, "sid", transport),
            client: ClientSession::new(now, &client, transport),
            cut: false,
            server_events: Vec::new(),
            client_events: Vec::new(),
        };
        pair.drive();
        pair
    }

    /// Lets everything that can happen at this instant happen.
    pub(super) fn drive(&mut self) {
        loop {
            let moved = !self.cut && (self.drive_polling() | self.drive_websocket());
            self.server_events.extend(std::iter::from_fn(|| self.server.poll_event()));
            self.client_events.extend(std::iter::from_fn(|| self.client.poll_event()));
            if !moved {
                return;
            }
        }
    }

    fn drive_polling(&mut self) -> bool {
        let mut moved = false;
        if self.client.wants_poll() && self.server.begin_poll(self.now).is_ok() {
            self.client.begin_poll();
            moved = true;
        }
        if let Some(body) = self.server.take_payload() {
            for packet in open_body(self.codec, body) {
                self.client.handle_packet(self.now, Transport::Polling, packet);
            }
            self.client.end_poll();
            moved = true;
        }
        if let Some(body) = self.client.take_payload() {
            self.server.begin_post(self.now).unwrap();
            for packet in open_body(self.codec, body) {
                self.server.handle_packet(self.now, Transport::Polling, packet);
            }
            self.server.end_post();
            self.client.end_post();
            moved = true;
        }
        moved
    }

    fn drive_websocket(&mut self) -> bool {
        let mut moved = false;
        while let Some(packet) = self.server.poll_transmit(Transport::WebSocket) {
            self.client.handle_packet(self.now, Transport::WebSocket, cross(self.codec, &packet));
            moved = true;
        }
        while let Some(packet) = self.client.poll_transmit(Transport::WebSocket) {
            self.server.handle_packet(self.now, Transport::WebSocket, cross(self.codec, &packet));
            moved = true;
        }
        moved
    }

    /// Advances time, firing each timer at its moment.
    pub(super) fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        loop {
            let next = [self.server.poll_timeout(), self.client.poll_timeout()].into_iter().flatten().min();
            let Some(at) = next.filter(|&at| at <= end) else { break };
            self.now = self.now.max(at);
            self.server.handle_timeout(self.now);
            self.client.handle_timeout(self.now);
            self.drive();
        }
        self.now = end;
    }

    pub(super) fn exchange(&mut self) {
        self.server.send(Message::text("down €")).unwrap();
        self.server.send(Message::binary(vec![1, 2, 3])).unwrap();
        self.client.send(Message::text("up")).unwrap();
        self.client.send(Message::binary(vec![4, 5])).unwrap();
        self.drive();
        let up = [Event::Message(Message::text("up")), Event::Message(Message::binary(vec![4, 5]))];
        let down = [Event::Message(Message::text("down €")), Event::Message(Message::binary(vec![1, 2, 3]))];
        assert_eq!(self.server_events.split_off(self.server_events.len() - 2), up);
        assert_eq!(self.client_events.split_off(self.client_events.len() - 2), down);
    }
}

#[test]
fn both_transports_open_and_carry_messages_both_ways() {
    for transport in [Transport::Polling, Transport::WebSocket] {
        let mut pair = Pair::new(transport);
        assert!(matches!(&pair.client_events[..], [Event::Opened(handshake)] if handshake.sid == "sid"));
        assert!(pair.server.is_open() && pair.client.is_open());
        pair.exchange();
        assert_eq!(pair.server.can_write_through(), transport == Transport::WebSocket);
    }
}

#[test]
fn only_a_polling_session_is_offered_the_upgrade() {
    assert_eq!(Pair::new(Transport::Polling).client.handshake().unwrap().upgrades, ["websocket"]);
    assert!(Pair::new(Transport::WebSocket).client.handshake().unwrap().upgrades.is_empty());
    let config = ServerConfig { allow_upgrades: false, ..ServerConfig::default() };
    let mut fixed = ServerSession::new(MS, &config, "sid", Transport::Polling);
    assert!(fixed.handshake().unwrap().upgrades.is_empty());
    assert_eq!(fixed.begin_upgrade(MS), Err(ErrorCode::BadRequest));
}

#[test]
fn an_upgrade_moves_both_ends_and_loses_nothing() {
    let mut pair = Pair::new(Transport::Polling);
    pair.server.begin_upgrade(pair.now).unwrap();
    pair.client.begin_upgrade(pair.now).unwrap();
    for n in 0..3 {
        pair.server.send(Message::text(format!("s{n}"))).unwrap();
        pair.client.send(Message::text(format!("c{n}"))).unwrap();
    }
    pair.drive();
    pair.advance(Duration::from_secs(1));
    assert_eq!((pair.server.transport(), pair.client.transport()), (Transport::WebSocket, Transport::WebSocket));
    for (events, letter) in [(&mut pair.server_events, 'c'), (&mut pair.client_events, 's')] {
        assert_eq!(events.iter().filter(|event| **event == Event::Upgraded).count(), 1);
        let texts: Vec<_> = events.iter().filter(|event| matches!(event, Event::Message(_))).cloned().collect();
        let expected = (0..3).map(|n| Event::Message(Message::text(format!("{letter}{n}"))));
        assert_eq!(texts, expected.collect::<Vec<_>>());
    }
    pair.exchange();
    assert_eq!(pair.server.begin_poll(pair.now), Err(ErrorCode::BadRequest));
    assert_eq!(pair.server.begin_post(pair.now), Err(ErrorCode::BadRequest));
    assert_eq!(pair.server.begin_upgrade(pair.now), Err(ErrorCode::BadRequest));
    assert!(pair.server.is_open());
}

#[test]
fn a_probe_that_never_ends_is_given_up_and_polling_goes_on() {
    let mut pair = Pair::new(Transport::Polling);
    pair.server.begin_upgrade(pair.now).unwrap();
    assert_eq!(pair.server.begin_upgrade(pair.now), Err(ErrorCode::BadRequest));
    pair.advance(Duration::from_millis(9_999));
    assert!(pair.server.is_upgrading());
    pair.advance(MS);
    assert_eq!(pair.server_events.pop(), Some(Event::UpgradeAborted));
    pair.exchange();
    assert_eq!(pair.server.transport(), Transport::Polling);
}

#[test]
fn a_broken_or_lost_probe_leaves_the_polling_session_alone() {
    let break_it: [fn(&mut Pair); 4] = [
        |pair| pair.server.handle_invalid(pair.now, Transport::WebSocket),
        |pair| pair.server.handle_transport_lost(pair.now, Transport::WebSocket, true),
        |pair| pair.server.handle_packet(pair.now, Transport::WebSocket, Packet::Upgrade),
        |pair| pair.server.handle_packet(pair.now, Transport::WebSocket, Packet::Message(Message::text("early"))),
    ];
    for break_it in break_it {
        let mut pair = Pair::new(Transport::Polling);
        pair.server.begin_upgrade(pair.now).unwrap();
        break_it(&mut pair);
        pair.drive();
        assert_eq!(pair.server_events.pop(), Some(Event::UpgradeAborted));
        pair.exchange();
    }
}

#[test]
fn a_pending_poll_is_released_during_the_upgrade_again_and_again() {
    let mut server = ServerSession::new(MS, &ServerConfig::default(), "sid", Transport::Polling);
    server.begin_poll(MS).unwrap();
    server.take_payload().unwrap();
    server.begin_poll(MS).unwrap();
    server.begin_upgrade(MS).unwrap();
    assert_eq!(server.take_payload(), None);
    server.handle_packet(MS, Transport::WebSocket, Packet::Ping(Probe::Upgrade));
    assert_eq!(server.poll_transmit(Transport::WebSocket), Some(Packet::Pong(Probe::Upgrade)));
    assert_eq!(server.take_payload(), Some(b"6".to_vec()));
    server.begin_poll(2 * MS).unwrap();
    assert_eq!(server.take_payload(), None);
    assert_eq!(server.poll_timeout(), Some(101 * MS));
    server.handle_timeout(101 * MS);
    assert_eq!(server.take_payload(), Some(b"6".to_vec()));
    // A client that upgrades with a poll still pending gets it answered, not forgotten.
    server.begin_poll(102 * MS).unwrap();
    server.handle_packet(102 * MS, Transport::WebSocket, Packet::Upgrade);
    assert_eq!(server.take_payload(), Some(b"6".to_vec()));
    assert!(server.can_write_through());
}

#[test]
fn the_heartbeat_keeps_an_idle_session_open_and_measures_the_round_trip() {
    for transport in [Transport::Polling, Transport::WebSocket] {
        let mut pair = Pair::new(transport);
        pair.advance(Duration::from_secs(3_600));
        assert!(pair.server.is_open() && pair.client.is_open());
        assert_eq!(pair.server.rtt(), Some(Duration::ZERO));
    }
}

#[test]
fn both_ends_give_up_a_silent_peer_at_the_exact_moment() {
    let mut pair = Pair::new(Transport::WebSocket);
    pair.cut = true;
    pair.advance(Duration::from_secs(45) - MS);
    assert!(pair.server.is_open() && pair.client.is_open());
    pair.advance(MS);
    assert_eq!(pair.server_events.pop(), Some(Event::Closed(CloseReason::PingTimeout)));
    assert_eq!(pair.client_events.pop(), Some(Event::Closed(CloseReason::PingTimeout)));
    assert_eq!((pair.server.poll_timeout(), pair.server.queued_packets()), (None, 0));
}

#[test]
fn unsolicited_pongs_neither_answer_nor_put_off_a_ping() {
    let mut server = ServerSession::new(Duration::ZERO, &ServerConfig::default(), "sid", Transport::WebSocket);
    for n in 0..100_000 {
        server.handle_packet(MS * n / 10, Transport::WebSocket, Packet::Pong(Probe::Heartbeat));
    }
    assert_eq!(server.poll_timeout(), Some(Duration::from_secs(25)));
    assert_eq!(server.queued_packets(), 1);
}

#[test]
fn a_flood_of_pings_is_answered_by_one_queued_pong() {
    let mut pair = Pair::new(Transport::WebSocket);
    for _ in 0..1_000 {
        pair.client.handle_packet(pair.now, Transport::WebSocket, Packet::Ping(Probe::Heartbeat));
    }
    assert_eq!(pair.client.queued_packets(), 1);
}

#[test]
fn packets_in_the_wrong_direction_close_with_transport_error() {
    for packet in [Packet::Ping(Probe::Heartbeat), Packet::Upgrade, Packet::Ping(Probe::Upgrade)] {
        let mut pair = Pair::new(Transport::WebSocket);
        pair.server.handle_packet(pair.now, Transport::WebSocket, packet);
        assert_eq!(pair.server.close_reason(), Some(CloseReason::TransportError));
    }
    let mut pair = Pair::new(Transport::WebSocket);
    let again = Packet::Open(Box::new(pair.server.handshake().unwrap().clone()));
    pair.client.handle_packet(pair.now, Transport::WebSocket, again);
    assert_eq!(pair.client.close_reason(), Some(CloseReason::TransportError));
}

#[test]
fn a_client_that_hears_nothing_gives_up_and_takes_no_message_before_the_open_packet() {
    let mut silent = ClientSession::new(MS, &ClientConfig::default(), Transport::Polling);
    silent.handle_timeout(Duration::from_secs(20));
    assert!(silent.wants_poll());
    silent.handle_timeout(Duration::from_secs(20) + MS);
    assert_eq!(silent.close_reason(), Some(CloseReason::TransportError));
    let mut early = ClientSession::new(MS, &ClientConfig::default(), Transport::WebSocket);
    early.handle_packet(MS, Transport::WebSocket, Packet::Message(Message::text("too early")));
    assert_eq!(early.close_reason(), Some(CloseReason::TransportError));
}

#[test]
fn two_polls_at_once_close_the_session_and_the_pending_one_is_told() {
    let mut pair = Pair::new(Transport::Polling);
    assert_eq!(pair.server.begin_poll(pair.now), Err(ErrorCode::BadRequest));
    assert_eq!(pair.server.take_payload(), Some(b"1".to_vec()));
    assert_eq!(pair.server.close_reason(), Some(CloseReason::TransportError));
    assert_eq!(pair.server.begin_poll(pair.now), Err(ErrorCode::SessionUnknown));
}

#[test]
fn two_posts_at_once_close_the_session() {
    let mut pair = Pair::new(Transport::Polling);
    pair.server.begin_post(pair.now).unwrap();
    assert_eq!(pair.server.begin_post(pair.now), Err(ErrorCode::BadRequest));
    assert_eq!(pair.server.close_reason(), Some(CloseReason::TransportError));
}

#[test]
fn a_close_packet_ends_the_session_and_releases_the_pending_poll_with_a_noop() {
    let mut pair = Pair::new(Transport::Polling);
    pair.server.handle_packet(pair.now, Transport::Polling, Packet::Close);
    assert_eq!(pair.server.take_payload(), Some(b"6".to_vec()));
    assert_eq!(pair.server.poll_event(), Some(Event::Closed(CloseReason::TransportClose)));
    assert_eq!(pair.server.poll_event(), None);
    pair.server.handle_packet(pair.now, Transport::Polling, Packet::Message(Message::text("late")));
    pair.server.close(pair.now, CloseReason::ForcedClose);
    assert_eq!(pair.server.poll_event(), None);
    assert_eq!(pair.server.send(Message::text("late")), Err(Error::Closed));
}

#[test]
fn a_forced_close_drains_the_queue_and_an_error_drops_it() {
    for transport in [Transport::Polling, Transport::WebSocket] {
        let mut pair = Pair::new(transport);
        pair.server.send(Message::text("last words")).unwrap();
        pair.server.close(pair.now, CloseReason::ForcedClose);
        pair.drive();
        assert!(pair.client_events.contains(&Event::Message(Message::text("last words"))));
        assert_eq!(pair.client.is_closed(), transport == Transport::Polling);

        let mut pair = Pair::new(transport);
        pair.server.send(Message::text("last words")).unwrap();
        pair.server.close(pair.now, CloseReason::QueueFull);
        pair.drive();
        assert!(!pair.client_events.contains(&Event::Message(Message::text("last words"))));
    }
}

#[test]
fn a_polling_server_closes_in_a_body_of_its_own_behind_its_last_words() {
    let mut pair = Pair::new(Transport::Polling);
    assert_eq!(pair.server.take_payload(), None);
    pair.server.send(Message::text("last")).unwrap();
    pair.server.send(Message::text("words")).unwrap();
    pair.server.close(pair.now, CloseReason::ForcedClose);
    assert_eq!(pair.server.take_payload(), Some(b"4last\x1e4words".to_vec()));
    assert_eq!(pair.server.take_payload(), None, "the next GET has not come");
    pair.server.begin_poll(pair.now).unwrap();
    assert_eq!(pair.server.take_payload(), Some(b"1".to_vec()));
    assert_eq!(pair.server.begin_poll(pair.now), Err(ErrorCode::SessionUnknown));
}

#[test]
fn a_client_s_close_reaches_the_server_over_polling() {
    let mut pair = Pair::new(Transport::Polling);
    pair.client.close(pair.now, CloseReason::ForcedClose);
    pair.drive();
    assert_eq!(pair.server.close_reason(), Some(CloseReason::TransportClose));
}

#[test]
fn an_undecodable_packet_closes_with_parse_error_and_a_lost_transport_with_its_own_reason() {
    for transport in [Transport::Polling, Transport::WebSocket] {
        let mut pair = Pair::new(transport);
        pair.server.handle_invalid(pair.now, transport);
        assert_eq!(pair.server.close_reason(), Some(CloseReason::ParseError));
        for (error, reason) in [(true, CloseReason::TransportError), (false, CloseReason::TransportClose)] {
            let mut pair = Pair::new(transport);
            pair.server.handle_transport_lost(pair.now, transport, error);
            assert_eq!(pair.server.close_reason(), Some(reason));
        }
    }
}

#[test]
fn a_peer_that_never_reads_costs_no_more_than_the_queue() {
    let mut pair = Pair::new(Transport::WebSocket);
    let message = Message::binary(vec![0; 1_000]);
    let accepted = (0..10_000).take_while(|_| pair.server.send(message.clone()).is_ok()).count();
    assert_eq!(accepted, 256 * 1024 / (1_000 + Limits::PACKET_COST));
    assert!(pair.server.queued_bytes() <= 256 * 1024 && !pair.server.can_write_through());
    assert!(pair.server.is_open());
}

#[test]
fn a_post_under_way_while_the_upgrade_ends_keeps_its_messages() {
    let mut pair = Pair::new(Transport::Polling);
    let now = pair.now;
    pair.server.begin_upgrade(now).unwrap();
    pair.server.handle_packet(now, Transport::WebSocket, Packet::Ping(Probe::Upgrade));
    pair.server.begin_post(now).unwrap();
    pair.server.handle_packet(now, Transport::WebSocket, Packet::Upgrade);
    pair.server.handle_packet(now, Transport::Polling, Packet::Message(Message::text("in flight")));
    pair.server.end_post();
    pair.server.handle_packet(now, Transport::Polling, Packet::Message(Message::text("stray")));
    let events: Vec<_> = std::iter::from_fn(|| pair.server.poll_event()).collect();
    assert_eq!(events, [Event::Upgraded, Event::Message(Message::text("in flight"))]);
}

#[test]
fn times_at_the_end_of_the_range_do_not_overflow() {
    let mut server = ServerSession::new(Duration::MAX, &ServerConfig::default(), "sid", Transport::Polling);
    server.begin_upgrade(Duration::MAX).unwrap();
    server.handle_packet(Duration::MAX, Transport::WebSocket, Packet::Ping(Probe::Upgrade));
    server.handle_timeout(Duration::MAX);
    let mut client = ClientSession::new(Duration::MAX, &ClientConfig::default(), Transport::WebSocket);
    client.handle_packet(
        Duration::MAX,
        Transport::WebSocket,
        Packet::Open(Box::new(server.handshake().unwrap().clone())),
    );
    client.handle_timeout(Duration::MAX);
}

/// A server's machine whose client probes a WebSocket while the session ends with a message queued.
fn ended_amid_an_upgrade() -> (Pair, Duration) {
    let mut pair = Pair::new(Transport::Polling);
    let now = pair.now;
    pair.server.begin_upgrade(now).unwrap();
    pair.server.handle_packet(now, Transport::WebSocket, Packet::Ping(Probe::Upgrade));
    assert_eq!(pair.server.poll_transmit(Transport::WebSocket), Some(Packet::Pong(Probe::Upgrade)));
    pair.server.send(Message::text("last")).unwrap();
    pair.server.close(now, CloseReason::ForcedClose);
    (pair, now)
}

#[test]
fn a_client_that_says_it_has_upgraded_after_the_end_gets_the_rest_there() {
    let (mut pair, now) = ended_amid_an_upgrade();
    assert_eq!(pair.server.poll_transmit(Transport::WebSocket), None);
    pair.server.handle_packet(now, Transport::WebSocket, Packet::Upgrade);
    let rest: Vec<_> = std::iter::from_fn(|| pair.server.poll_transmit(Transport::WebSocket)).collect();
    assert!(rest.contains(&Packet::Message(Message::text("last"))), "{rest:?}");
}

#[test]
fn a_post_is_taken_while_the_rest_of_a_closed_session_waits_and_a_close_in_it_forgets_the_rest() {
    let (mut pair, now) = ended_amid_an_upgrade();
    assert_eq!(pair.server.begin_post(now), Ok(()));
    pair.server.handle_packet(now, Transport::Polling, Packet::Message(Message::text("late")));
    pair.server.end_post();
    assert!(pair.server.queued_packets() > 0, "nothing is lost by it");
    assert_eq!(pair.server.begin_post(now), Ok(()));
    pair.server.handle_packet(now, Transport::Polling, Packet::Close);
    pair.server.end_post();
    assert_eq!(pair.server.begin_post(now), Err(ErrorCode::SessionUnknown));
    assert_eq!(pair.server.begin_poll(now), Err(ErrorCode::SessionUnknown));
}

#[test]
fn an_answer_that_is_not_fetched_asks_for_no_time_again_and_again() {
    let now = Duration::ZERO;
    let mut server = ServerSession::new(now, &ServerConfig::default(), "sid", Transport::Polling);
    server.begin_poll(now).unwrap();
    server.take_payload().unwrap();
    server.begin_upgrade(now).unwrap();
    server.handle_packet(now, Transport::WebSocket, Packet::Ping(Probe::Upgrade));
    server.begin_poll(now).unwrap();
    let later = now + Duration::from_secs(1);
    server.handle_timeout(later);
    assert!(server.poll_timeout().is_some_and(|at| at > later), "{server:?}");
}
