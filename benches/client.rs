//! A client without a network: takes the frames of a seat and checks what comes of them.

use engine::{Frame, Game, Match, SeatId, Tick};
use wire::Mirror;

/// One client of a match.
#[derive(Clone, Debug)]
pub struct Client {
    /// Who it is.
    pub seat: SeatId,
    /// What it holds.
    pub mirror: Mirror,
    /// Its last frame.
    pub base: Option<Tick>,
    joined: Vec<u8>,
}

impl Client {
    /// A client that has no frame yet.
    #[must_use]
    pub fn new<G: Game>(seat: SeatId) -> Self {
        Self { seat, mirror: Mirror::new(G::schema()), base: None, joined: Vec::new() }
    }

    /// The frame that brings it up to date. Applied only by [`Client::apply`].
    ///
    /// # Panics
    /// When nobody holds the seat.
    pub fn next<G: Game>(&self, game: &mut Match<G>) -> Frame {
        game.frame(self.seat, self.base).expect("the seat is there")
    }

    /// Applies a frame and gives its length in bytes.
    ///
    /// # Panics
    /// When it does not apply.
    pub fn apply(&mut self, frame: &Frame) -> usize {
        self.joined.clear();
        self.joined.extend_from_slice(&frame.view);
        self.joined.extend_from_slice(&frame.seat);
        self.mirror.apply(&self.joined).expect("the frame applies");
        self.base = Some(frame.tick);
        self.joined.len()
    }

    /// Takes the newest frame and checks that the mirror then equals the view.
    ///
    /// # Panics
    /// When it does not: a bench of a wrong result is worth nothing.
    pub fn follow<G: Game>(&mut self, game: &mut Match<G>) -> usize {
        let length = self.apply(&self.next(game));
        self.check(game);
        length
    }

    /// Checks that the mirror equals the view.
    ///
    /// # Panics
    /// When it does not.
    pub fn check<G: Game>(&self, game: &Match<G>) {
        assert_eq!(Some(self.mirror.hash()), game.view_hash(self.seat), "{:?} at {:?}", self.seat, self.base);
    }
}

/// Plays so many ticks into a mirror of every seat given and checks that it equals the view at each of them, and that
/// there is something in it.
///
/// # Panics
/// When it does not: a bench of a wrong result is worth nothing.
pub fn check<G: Game>(game: &mut Match<G>, seats: &[SeatId], ticks: u32) {
    let mut clients: Vec<Client> = seats.iter().map(|seat| Client::new::<G>(*seat)).collect();
    for _ in 0..ticks {
        game.step();
        clients.iter_mut().for_each(|client| _ = client.follow(game));
    }
    assert!(clients.iter().all(|client| client.mirror.ids().next().is_some()), "a view is empty");
}
