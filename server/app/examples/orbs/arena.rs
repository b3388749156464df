//! Between the sockets and the match: whoever says `play` sits at a seat of the one arena until the connection is gone.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::{ActionSeq, EntityId, Frame, Match, SeatId, Tick};
use host::{Host, MatchHandle, Opening};
use serde::Deserialize;
use serde_json::{Value, json};
use transport::{Ack, Args, FrameEvent, Server, Socket};

use super::bot::Bot;
use super::game::Orbs;
use super::schema::{Action, SEATS};

/// An action as clients write it.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum Wanted {
    Go { x: i32, y: i32 },
    Chase { prey: u32 },
}

/// The data of a connection: its seat, once it plays.
#[derive(Default)]
struct Place(Mutex<Option<SeatId>>);

impl Place {
    fn seat(&self) -> Option<SeatId> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, seat: Option<SeatId>) -> Option<SeatId> {
        std::mem::replace(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), seat)
    }
}

/// Hands frames to a socket from the tick thread.
struct Link(Socket, Arc<FrameEvent>);

impl host::Link for Link {
    fn ready(&self) -> bool {
        self.0.ready()
    }

    fn send(&mut self, frame: &Frame) -> bool {
        self.0.send_frame(&self.1, &[frame.view.clone(), frame.seat.clone()])
    }
}

/// A bot at a seat: it sees the frames a player would see.
struct Computer(Bot);

impl host::Computer<Orbs> for Computer {
    fn play(&mut self, frame: &Frame, actions: &mut Vec<Action>) {
        let bytes = [&frame.view[..], &frame.seat[..]].concat();
        actions.extend(self.0.play(&bytes).map(|(_, action)| action));
    }
}

/// A Socket.IO server with one arena behind it, on a host of its own, in which so many computers play.
pub(crate) fn open(computers: usize) -> Result<(Server, Host<Orbs>), Box<dyn Error>> {
    let server = Server::new(transport::Config::default())?;
    let host = Host::start(host::Config { abandon_after: Duration::MAX, ..host::Config::default() })?;
    let opening = Opening { game: Match::new(&1), seats: usize::from(SEATS), on_end: Box::new(|_| ()) };
    let arena = host.open(opening).ok_or("the host takes no match")?;
    for seat in (0..computers).map_while(|_| arena.arrive()) {
        arena.seat_computer(seat, Box::new(Computer(Bot::new(seat))));
    }
    install(&server, &arena);
    Ok((server, host))
}

/// Puts the events of the arena on the server.
fn install(server: &Server, arena: &MatchHandle<Orbs>) {
    let root = server.namespace("/");
    let frame = Arc::new(FrameEvent::new("/", "frame"));
    root.on_connect(|socket, _auth| {
        socket.set_data(Place::default());
        Ok(())
    });
    let playing = arena.clone();
    root.on("play", move |socket, _args, ack| {
        let Some(place) = socket.data::<Place>().filter(|place| place.seat().is_none()) else { return };
        let Some(seat) = playing.arrive() else { return answer(ack, json!({ "error": "the arena is full" })) };
        place.set(Some(seat));
        answer(ack, json!({ "seat": seat.0 }));
        playing.attach(seat, Box::new(Link(socket.clone(), Arc::clone(&frame))), None);
    });
    on(server, arena, "act", |arena, seat, args| {
        let action = match args.get(1)? {
            Wanted::Go { x, y } => Action::Go { x, y },
            Wanted::Chase { prey } => Action::Chase { prey: EntityId(prey) },
        };
        Ok(arena.submit(seat, ActionSeq(args.get(0)?), action)?)
    });
    on(server, arena, "seen", |arena, seat, args| {
        arena.seen(seat, Tick(args.get(0)?));
        Ok(())
    });
    on(server, arena, "resync", |arena, seat, args| {
        arena.resync(seat, args.get::<Option<u32>>(0)?.map(Tick));
        Ok(())
    });
    let leaving = arena.clone();
    root.on_disconnect(move |socket, _reason| {
        if let Some(seat) = socket.data::<Place>().and_then(|place| place.set(None)) {
            leaving.depart(seat);
        }
    });
}

/// One event of a player; what is wrong with it is the acknowledgement.
fn on(
    server: &Server,
    arena: &MatchHandle<Orbs>,
    event: &str,
    handler: impl Fn(&MatchHandle<Orbs>, SeatId, &Args) -> Result<(), Box<dyn Error>> + Send + Sync + 'static,
) {
    let arena = arena.clone();
    server.namespace("/").on(event, move |socket, args, ack| {
        let Some(seat) = socket.data::<Place>().and_then(|place| place.seat()) else { return };
        match handler(&arena, seat, args) {
            Ok(()) => answer(ack, Value::Null),
            Err(error) => answer(ack, json!({ "error": error.to_string() })),
        }
    });
}

fn answer(ack: Option<Ack>, reply: Value) {
    // A client that is gone by now needs no answer.
    let _ = ack.map(|ack| ack.send(&(reply,)));
}
