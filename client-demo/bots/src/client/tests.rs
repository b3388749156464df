//! A client against a server in memory: the same machines in the other role.

use std::time::Duration;

use engineio::{Frame, Opcode, ServerConfig, Text, Transport};
use messages::session::{Play, Problem, ProblemCode, Reply, Seated, Start};
use messages::{Action, Kind};
use socketio::{AckToken, Args, Namespace, Parser, Value};

use super::{Connection, Happening, Seat, Tally};
use crate::brain::fixture::{self, Scene};

const NOW: Duration = Duration::from_secs(5);

/// The server's end of one connection.
struct Server {
    engine: engineio::ServerSession,
    socket: socketio::ServerSession,
    /// Events that came: name, arguments, and the right to answer.
    heard: Vec<(String, Args, Option<AckToken>)>,
}

impl Server {
    fn new() -> Self {
        Self {
            engine: engineio::ServerSession::new(NOW, &ServerConfig::default(), "sid", Transport::WebSocket),
            socket: socketio::ServerSession::new(NOW, socketio::Limits::default()),
            heard: Vec::new(),
        }
    }

    fn emit(&mut self, name: &str, args: Args) {
        self.socket.emit(&Namespace::ROOT, name, args).expect("connected");
    }

    /// The answer to the only event of this name.
    fn answer(&mut self, name: &str, reply: &Reply) -> Args {
        let place = self.heard.iter().position(|(heard, ..)| heard == name).expect("asked");
        let (_, args, token) = self.heard.remove(place);
        self.socket
            .ack(token.expect("with acknowledgement"), Args::new().with(reply).expect("plain"))
            .expect("connected");
        args
    }

    fn pump(&mut self) {
        while let Some(event) = self.engine.poll_event() {
            if let engineio::Event::Message(message) = event {
                self.socket.handle_message(NOW, message).expect("the client speaks the protocol");
            }
        }
        while let Some(event) = self.socket.poll_event() {
            match event {
                socketio::Event::Connecting { namespace, .. } => self.socket.accept(&namespace, "s1").expect("asked"),
                socketio::Event::Event { name, args, ack, .. } => self.heard.push((name, args, ack)),
                _ => {}
            }
        }
        while let Some(message) = self.socket.poll_transmit() {
            self.engine.send(message).expect("room");
        }
    }
}

/// Both ends, and the seat above the client's.
struct Pair {
    server: Server,
    connection: Connection,
    seat: Seat,
    tally: Tally,
    now: Duration,
}

impl Pair {
    fn new(parser: Parser) -> Self {
        let seat = Seat::new(Play { players: Some(2), code: Some("c".into()), ..Play::default() });
        let connection = Connection::new(NOW, parser, Transport::WebSocket);
        Self { server: Server::new(), connection, seat, tally: Tally::default(), now: NOW }
    }

    /// Carries messages both ways until nothing moves; what the seat reports comes back.
    fn run(&mut self) -> Vec<Happening> {
        let mut happenings = Vec::new();
        loop {
            let mut moved = false;
            self.server.pump();
            while let Some(packet) = self.server.engine.poll_transmit(Transport::WebSocket) {
                moved = true;
                let frame = Frame::encode(&packet);
                match frame.opcode {
                    Opcode::Text => {
                        let text = Text::try_from(frame.to_bytes()).expect("text");
                        self.connection.receive_text(self.now, &text);
                    }
                    Opcode::Binary => self.connection.receive_binary(self.now, frame.to_bytes()),
                }
            }
            while let Some(event) = self.connection.poll_event() {
                moved = true;
                happenings.extend(self.seat.handle(self.now, event, &mut self.connection, &mut self.tally));
            }
            while let Some(frame) = self.connection.poll_frame() {
                moved = true;
                let limits = engineio::Limits::default();
                let packet = match frame.opcode {
                    Opcode::Text => engineio::decode_text(&Text::try_from(frame.to_bytes()).expect("text"), &limits),
                    Opcode::Binary => engineio::decode_binary(frame.to_bytes(), &limits),
                };
                self.server.engine.handle_packet(NOW, Transport::WebSocket, packet.expect("valid"));
            }
            if !moved {
                return happenings;
            }
        }
    }

    fn seated(&mut self, start: &Start) -> Vec<Happening> {
        self.run();
        let seated = Seated { protocol: 1, token: "secret".into() };
        let name = if self.seat.is_seated() { "resume" } else { "play" };
        self.server.answer(name, &Reply { seated: Some(seated), error: None });
        self.server.emit("start", Args::new().with(start).expect("plain"));
        self.run()
    }

    fn frame(&mut self, scene: &Scene) -> Vec<Happening> {
        self.server.emit("frame", Args::from(vec![Value::Bin(scene.bytes().into())]));
        self.run()
    }
}

#[test]
fn a_player_is_seated_gets_frames_acts_and_measures_the_receipt() {
    for parser in [Parser::Json, Parser::MessagePack] {
        let mut pair = Pair::new(parser);
        let happenings = pair.seated(&fixture::start(2));
        assert!(matches!(happenings[..], [Happening::Started { resumed: false, .. }]), "{happenings:?}");

        let scene = Scene::new().building(Kind::Keep, 0, (4, 4));
        assert!(matches!(pair.frame(&scene)[..], [Happening::Frame]));
        assert_eq!(pair.seat.mirror().ids().count(), 1);

        let action = Action::Train { building: 0, kind: Kind::Worker };
        pair.seat.act(pair.now, &action, &mut pair.connection, &mut pair.tally);
        pair.run();
        let (_, args, _) = pair.server.heard.iter().find(|(name, ..)| name == "act").expect("sent");
        assert_eq!((args.get::<u32>(0).expect("number"), args.get::<Action>(1).expect("action")), (1, action));

        pair.now += Duration::from_millis(300);
        pair.frame(&scene.at_tick(2).receipt(1, 7));
        assert_eq!((pair.tally.receipts, pair.tally.refused.get("ore")), (1, Some(&1)));
        assert_eq!(pair.tally.latency.len(), 1);
        assert!((299.0..302.0).contains(&pair.tally.latency_ms(0.5)), "{}", pair.tally.latency_ms(0.5));
        let seen = pair.server.heard.iter().filter(|(name, ..)| name == "seen");
        assert_eq!(seen.map(|(_, args, _)| args.get::<u32>(0).expect("tick")).collect::<Vec<_>>(), [1, 2]);
    }
}

#[test]
fn a_lost_connection_resumes_at_the_last_tick_and_goes_on_counting() {
    let mut pair = Pair::new(Parser::MessagePack);
    pair.seated(&fixture::start(2));
    pair.frame(&Scene::new().at_tick(9));
    pair.seat.act(pair.now, &Action::Stop { units: vec![1] }, &mut pair.connection, &mut pair.tally);
    pair.run();
    pair.connection.lost(pair.now, Transport::WebSocket, true);
    assert!(matches!(pair.run()[..], [Happening::Closed(_)]));

    pair.connection = Connection::new(NOW, Parser::MessagePack, Transport::WebSocket);
    pair.server = Server::new();
    pair.run();
    let (name, args, _) = &pair.server.heard[0];
    assert_eq!(name, "resume");
    assert_eq!(args.value(0).and_then(|value| value.get("tick")), Some(&Value::Int(9)));
    let happenings = pair.seated(&fixture::start(2));
    assert!(matches!(happenings[..], [Happening::Started { resumed: true, .. }]), "{happenings:?}");
    assert_eq!(pair.tally.resumed, 1);
    pair.seat.act(pair.now, &Action::Stop { units: vec![1] }, &mut pair.connection, &mut pair.tally);
    pair.run();
    let (_, args, _) = pair.server.heard.iter().find(|(name, ..)| name == "act").expect("sent");
    assert_eq!(args.get::<u32>(0).expect("number"), 2);
}

#[test]
fn a_bad_frame_is_counted_once_and_a_keyframe_asked_for() {
    let mut pair = Pair::new(Parser::Json);
    pair.seated(&fixture::start(2));
    pair.frame(&Scene::new());
    pair.server.emit("frame", Args::from(vec![Value::Bin(vec![9, 9, 9].into())]));
    assert!(pair.run().is_empty());
    assert_eq!(pair.tally.errors.get("bad frame"), Some(&1));
    assert!(pair.server.heard.iter().any(|(name, ..)| name == "resync"));
    assert!(matches!(pair.frame(&Scene::new().at_tick(2))[..], [Happening::Frame]));
}

#[test]
fn a_wrong_hash_is_a_mismatch() {
    let mut pair = Pair::new(Parser::Json);
    pair.seated(&fixture::start(2));
    pair.frame(&Scene::new().hash(1));
    assert_eq!((pair.tally.hash_mismatches, pair.tally.hash_checks), (1, 0));
}

fn unseated(pair: &mut Pair) {
    let problem = Problem { code: ProblemCode::NotSeated, message: "no seat".into() };
    pair.server.emit("error", Args::new().with(&problem).expect("plain"));
    pair.run();
}

fn over(pair: &mut Pair) {
    let over = messages::session::Over { winner: Some(0), tick: 3, scores: Vec::new() };
    pair.server.emit("over", Args::new().with(&over).expect("plain"));
    assert!(matches!(pair.run()[..], [Happening::Over(_)]));
}

#[test]
fn only_events_that_were_under_way_at_the_end_may_find_no_seat() {
    // One action and one `seen` are under way when the match ends; the news may come on either side of it.
    for early in [0, 1] {
        let mut pair = Pair::new(Parser::Json);
        pair.seated(&fixture::start(2));
        pair.frame(&Scene::new());
        pair.seat.act(pair.now, &Action::Stop { units: vec![1] }, &mut pair.connection, &mut pair.tally);
        (0..early).for_each(|_| unseated(&mut pair));
        over(&mut pair);
        (early..2).for_each(|_| unseated(&mut pair));
        assert_eq!((pair.tally.crossed, pair.tally.error_count()), (2, 0));
        unseated(&mut pair);
        assert_eq!((pair.tally.crossed, pair.tally.errors.get("not_seated")), (2, Some(&1)));
    }
}

#[test]
fn losing_the_seat_in_a_match_that_goes_on_is_an_error() {
    let mut pair = Pair::new(Parser::Json);
    pair.seated(&fixture::start(2));
    pair.frame(&Scene::new());
    unseated(&mut pair);
    pair.frame(&Scene::new().at_tick(2));
    assert_eq!((pair.tally.crossed, pair.tally.errors.get("not_seated")), (0, Some(&1)));
}

#[test]
fn a_refused_resume_starts_over_with_play() {
    let mut pair = Pair::new(Parser::Json);
    pair.seated(&fixture::start(2));
    pair.connection = Connection::new(NOW, Parser::Json, Transport::WebSocket);
    pair.server = Server::new();
    pair.run();
    let problem = Problem { code: ProblemCode::UnknownToken, message: "gone".into() };
    pair.server.answer("resume", &Reply { seated: None, error: Some(problem) });
    assert!(matches!(pair.run()[..], [Happening::Denied(_)]));
    assert_eq!(pair.tally.errors.get("unknown_token"), Some(&1));
    assert!(!pair.seat.is_seated());
}
