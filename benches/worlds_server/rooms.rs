//! The rooms: matches that begin with their first client, and the way from a socket to a seat.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use benches::world_game::Setup;
use benches::worlds::CHECKED_AT;
use engine::{Frame, Game, Match, SeatId, Tick};
use host::{Ended, Host, LinkId, MatchHandle, Opening};
use serde_json::json;
use transport::{FrameEvent, Server, Socket};

/// Most rooms.
const MOST: usize = 10_000;

/// All rooms of a server.
pub(crate) struct Rooms<G: Game> {
    pub(crate) host: Host<G>,
    setup: Setup,
    open: Mutex<BTreeMap<u32, Room<G>>>,
}

struct Room<G: Game> {
    game: MatchHandle<G>,
    joined: u8,
}

/// The data of a connection: where it sits, once it has joined.
struct Place<G: Game>(OnceLock<(MatchHandle<G>, SeatId, LinkId)>);

/// Hands frames to a socket from the tick thread.
struct Link(Socket, Arc<FrameEvent>);

impl host::Link for Link {
    fn fetch(&self) {
        self.0.fetch();
    }

    fn ready(&self) -> bool {
        self.0.ready()
    }

    fn send(&mut self, frame: &Frame) -> bool {
        self.0.send_frame(&self.1, &[frame.view.clone(), frame.seat.clone()])
    }
}

impl<G: Game<Setup = Setup>> Rooms<G> {
    /// No room yet; each will be set up like this, but for its number.
    pub(crate) fn new(setup: Setup) -> std::io::Result<Self> {
        let config = host::Config { max_matches: MOST, abandon_after: Duration::MAX, ..host::Config::default() };
        Ok(Self { host: Host::start(config)?, setup, open: Mutex::default() })
    }

    /// Whether the world of room 0 has proved to be the scripted one: it is past its check, at which a wrong one fails.
    pub(crate) fn checked(&self) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&0).is_some_and(|room| room.game.is_open() && room.game.tick().0 >= CHECKED_AT)
    }

    /// The next seat of a room, in the order of arrival; `None` when it is full.
    fn seat(&self, number: u32) -> Option<(MatchHandle<G>, SeatId)> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let room = match open.entry(number) {
            std::collections::btree_map::Entry::Occupied(room) => room.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let setup = Setup { plan: self.setup.plan.room(number), ..self.setup };
                let on_end = Box::new(|ended| {
                    // A world that failed its check is worth no measurement.
                    if matches!(ended, Ended::Failed) {
                        std::process::exit(1);
                    }
                });
                let opening = Opening { game: Match::new(&setup), seats: usize::from(setup.clients), on_end };
                place.insert(Room { game: self.host.open(opening)?, joined: 0 })
            }
        };
        let seat = SeatId(room.joined);
        room.joined += u8::from(room.joined < self.setup.clients);
        (seat.0 < self.setup.clients).then(|| (room.game.clone(), seat))
    }
}

/// Puts the events of clients on the server.
pub(crate) fn install<G: Game<Setup = Setup>>(server: &Server, rooms: &Arc<Rooms<G>>) {
    let root = server.namespace("/");
    let frame = Arc::new(FrameEvent::new("/", "frame"));
    root.on_connect(|socket, _auth| {
        socket.set_data(Place::<G>(OnceLock::new()));
        Ok(())
    });
    let joining = Arc::clone(rooms);
    root.on("join", move |socket, args, ack| {
        let Some(place) = socket.data::<Place<G>>().filter(|place| place.0.get().is_none()) else { return };
        let seat = args.get(0).ok().and_then(|number| joining.seat(number));
        if let Some(ack) = ack {
            // A client that is gone by now needs no answer.
            let _ = ack.send(&(json!(seat.as_ref().map(|(_, seat)| seat.0)),));
        }
        if let Some((game, seat)) = seat {
            let link = game.attach(seat, Box::new(Link(socket.clone(), Arc::clone(&frame))), None);
            // Events of one socket come one after the other: nobody else has set it.
            let _ = place.0.set((game, seat, link));
        }
    });
    root.on("seen", |socket, args, _ack| {
        let Some(place) = socket.data::<Place<G>>() else { return };
        if let (Some((game, seat, _)), Ok(tick)) = (place.0.get(), args.get(0)) {
            game.seen(*seat, Tick(tick));
        }
    });
    root.on_disconnect(|socket, _reason| {
        let Some(place) = socket.data::<Place<G>>() else { return };
        if let Some((game, seat, link)) = place.0.get() {
            game.detach(*seat, *link);
        }
    });
}
