//! Tests of both ends of revision 3 together: what differs from revision 4, and what must not.

use std::time::Duration;

use super::{
    tests::{MS, Pair},
    *,
};
use crate::{CloseReason, Codec, ErrorCode, Message, Packet, Probe, Revision, ServerConfig, Text, Transport};

const CODECS: [Codec; 2] = [Codec::V3, Codec::V3Base64];
const TRANSPORTS: [Transport; 2] = [Transport::Polling, Transport::WebSocket];

fn server(transport: Transport) -> ServerSession {
    let mut server = ServerSession::with_codec(Duration::ZERO, &ServerConfig::default(), Codec::V3, "sid", transport);
    while server.poll_transmit(transport).is_some() {}
    server
}

#[test]
fn both_transports_open_and_carry_messages_both_ways() {
    for codec in CODECS {
        for transport in TRANSPORTS {
            let mut pair = Pair::speaking(codec, transport);
            assert!(matches!(&pair.client_events[..], [Event::Opened(handshake)] if handshake.sid == "sid"));
            assert_eq!((pair.server.revision(), pair.server.codec(transport)), (Revision::V3, codec));
            pair.exchange();
        }
    }
}

#[test]
fn the_client_pings_and_an_idle_session_stays_open() {
    for transport in TRANSPORTS {
        let mut pair = Pair::speaking(Codec::V3, transport);
        pair.advance(Duration::from_secs(3_600));
        assert!(pair.server.is_open() && pair.client.is_open());
        assert_eq!((pair.server.rtt(), pair.client.rtt()), (None, Some(Duration::ZERO)));
    }
}

#[test]
fn a_server_that_hears_no_ping_gives_up_after_interval_and_timeout() {
    let mut pair = Pair::speaking(Codec::V3, Transport::WebSocket);
    pair.cut = true;
    pair.advance(Duration::from_secs(45) - MS);
    assert!(pair.server.is_open());
    pair.advance(MS);
    assert_eq!(pair.server.close_reason(), Some(CloseReason::PingTimeout));

    // Other packets do not count, and each ping gives the whole time again.
    let mut server = server(Transport::WebSocket);
    server.handle_packet(40_000 * MS, Transport::WebSocket, Packet::Ping(Probe::Heartbeat));
    server.handle_packet(50_000 * MS, Transport::WebSocket, Packet::Message(Message::text("busy")));
    assert_eq!(server.poll_timeout(), Some(85_000 * MS));
}

#[test]
fn a_pong_repeats_what_its_ping_carried() {
    for probe in [Probe::Heartbeat, Probe::Upgrade, Probe::Data(Text::from("1478"))] {
        let mut server = server(Transport::WebSocket);
        server.handle_packet(MS, Transport::WebSocket, Packet::Ping(probe.clone()));
        assert_eq!(server.poll_transmit(Transport::WebSocket), Some(Packet::Pong(probe)));
        assert_eq!(server.poll_transmit(Transport::WebSocket), None);
    }
}

#[test]
fn a_flood_of_pings_is_answered_by_one_queued_pong() {
    let mut server = server(Transport::WebSocket);
    for n in 0..1_000 {
        server.handle_packet(MS, Transport::WebSocket, Packet::Ping(Probe::Data(n.to_string().into())));
    }
    assert_eq!(server.queued_packets(), 1);
}

#[test]
fn packets_in_the_wrong_direction_close_with_transport_error() {
    let pongs = [Packet::Pong(Probe::Heartbeat), Packet::Pong(Probe::Upgrade), Packet::Upgrade];
    for packet in pongs {
        let mut server = server(Transport::WebSocket);
        server.handle_packet(MS, Transport::WebSocket, packet);
        assert_eq!(server.close_reason(), Some(CloseReason::TransportError));
    }
    let mut pair = Pair::speaking(Codec::V3, Transport::WebSocket);
    pair.client.handle_packet(pair.now, Transport::WebSocket, Packet::Ping(Probe::Heartbeat));
    assert_eq!(pair.client.close_reason(), Some(CloseReason::TransportError));

    // Data in a ping is revision 3's alone.
    let mut pair = Pair::new(Transport::WebSocket);
    pair.client.handle_packet(pair.now, Transport::WebSocket, Packet::Ping(Probe::Data(Text::from("1478"))));
    assert_eq!(pair.client.close_reason(), Some(CloseReason::TransportError));
}

#[test]
fn an_upgrade_moves_both_ends_and_loses_nothing() {
    for codec in CODECS {
        let mut pair = Pair::speaking(codec, Transport::Polling);
        pair.server.begin_upgrade(pair.now).unwrap();
        pair.client.begin_upgrade(pair.now).unwrap();
        pair.server.send(Message::binary(vec![7])).unwrap();
        pair.client.send(Message::text("c")).unwrap();
        pair.drive();
        pair.advance(Duration::from_secs(1));
        assert_eq!((pair.server.transport(), pair.client.transport()), (Transport::WebSocket, Transport::WebSocket));
        assert!(pair.server_events.contains(&Event::Message(Message::text("c"))));
        assert!(pair.client_events.contains(&Event::Message(Message::binary(vec![7]))));
        pair.exchange();
        pair.advance(Duration::from_secs(3_600));
        assert!(pair.server.is_open() && pair.client.is_open());
    }
}

#[test]
fn a_websocket_may_take_binary_where_polling_does_not() {
    let mut server =
        ServerSession::with_codec(MS, &ServerConfig::default(), Codec::V3Base64, "sid", Transport::Polling);
    assert_eq!(server.begin_upgrade_with(MS, Codec::V4), Err(ErrorCode::BadRequest));
    server.begin_upgrade_with(MS, Codec::V3).unwrap();
    assert_eq!((server.codec(Transport::Polling), server.codec(Transport::WebSocket)), (Codec::V3Base64, Codec::V3));
    server.handle_packet(MS, Transport::WebSocket, Packet::Ping(Probe::Upgrade));
    server.handle_packet(MS, Transport::WebSocket, Packet::Upgrade);
    assert_eq!((server.transport(), server.codec(Transport::WebSocket)), (Transport::WebSocket, Codec::V3));
}

#[test]
fn bodies_carry_lengths_also_where_the_machine_answers_by_itself() {
    let mut server = ServerSession::with_codec(MS, &ServerConfig::default(), Codec::V3, "sid", Transport::Polling);
    server.begin_poll(MS).unwrap();
    let open = String::from_utf8(server.take_payload().unwrap()).unwrap();
    let (len, packet) = open.split_once(':').unwrap();
    assert!(packet.starts_with("0{\"sid\":\"sid\"") && len == packet.len().to_string(), "{open}");

    server.begin_poll(MS).unwrap();
    server.begin_upgrade(MS).unwrap();
    server.handle_packet(MS, Transport::WebSocket, Packet::Ping(Probe::Upgrade));
    assert_eq!(server.take_payload(), Some(b"1:6".to_vec()));
    server.begin_poll(2 * MS).unwrap();
    server.handle_packet(2 * MS, Transport::WebSocket, Packet::Upgrade);
    assert_eq!(server.take_payload(), Some(b"1:6".to_vec()));

    let mut server = ServerSession::with_codec(MS, &ServerConfig::default(), Codec::V3, "sid", Transport::Polling);
    server.send(Message::text("last €")).unwrap();
    server.begin_poll(MS).unwrap();
    server.take_payload().unwrap();
    server.begin_poll(MS).unwrap();
    assert_eq!(server.begin_poll(MS), Err(ErrorCode::BadRequest));
    assert_eq!(server.take_payload(), Some(b"1:1".to_vec()));
}
