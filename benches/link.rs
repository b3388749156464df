//! A link of little bandwidth, without a network or a clock: so many bytes a tick, and one frame under way at a time, as a
//! connection has it.

use engine::{Frame, FrameKind, Game, Match, SeatId, Tick};

use crate::client::Client;

/// Ticks over which the bandwidth that a client needs is measured.
const SAMPLE: u32 = 100;
/// Ticks after the bandwidth is back.
const AFTER: u32 = 20;

/// How a client fared behind the link.
#[derive(Clone, Copy, Default, Debug)]
pub struct Report {
    /// Bytes a tick that a client needs which gets every frame.
    pub needed: f64,
    /// Ticks that a frame took, in the mean.
    pub transmit: f64,
    /// Ticks by which a frame was older at its arrival than the time it took, at most.
    pub over_transmit: f64,
    /// Bytes sent for each tick by which the client was brought on.
    pub bytes_per_tick: f64,
    /// Frames after all of the bandwidth was back that were not on the frame before.
    pub catching_up: usize,
}

struct UnderWay {
    frame: Frame,
    /// Hash of the view at the frame's tick.
    hash: Option<u32>,
    left: f64,
}

struct Link {
    client: Client,
    under_way: Option<UnderWay>,
    /// Of each frame that arrived: what it built on, its bytes, and its age then.
    arrived: Vec<(FrameKind, usize, u32)>,
}

/// Plays a client whose link carries one `share`-th of what it needs for so many ticks, and after that all. Every frame that
/// arrives is checked.
///
/// # Panics
/// When a frame does not lead to the view it shows, or the client does not catch up.
pub fn starve<G: Game>(game: &mut Match<G>, seat: SeatId, ticks: u32, share: f64) -> Report {
    let mut client = Client::new::<G>(seat);
    client.follow(game);
    let sample = (0..SAMPLE).map(|_| {
        game.step();
        client.follow(game)
    });
    let needed = sample.sum::<usize>() as f64 / f64::from(SAMPLE);
    let (began, capacity) = (game.tick(), needed / share);
    let mut link = Link { client, under_way: None, arrived: Vec::new() };
    for _ in 0..ticks {
        game.step();
        link.carry(game, capacity);
    }
    let starved = std::mem::take(&mut link.arrived);
    let covered = link.client.base.map_or(0, |base| base.since(began));
    for _ in 0..AFTER {
        game.step();
        link.carry(game, f64::INFINITY);
        assert_eq!(link.client.base, Some(game.tick()), "the client has caught up");
    }
    link.client.check(game);
    // The first of them was under way when the bandwidth came back.
    let catching_up = link.arrived[1..].iter().filter(|(kind, ..)| *kind != FrameKind::Next).count();
    let transmit = |bytes: usize| bytes as f64 / capacity;
    let bytes: usize = starved.iter().map(|(_, bytes, _)| bytes).sum();
    Report {
        needed,
        transmit: transmit(bytes) / starved.len() as f64,
        over_transmit: starved.iter().map(|(_, bytes, age)| f64::from(*age) - transmit(*bytes)).fold(0.0, f64::max),
        bytes_per_tick: bytes as f64 / f64::from(covered),
        catching_up,
    }
}

impl Link {
    /// One tick of the link: bytes that are left over begin the next frame.
    fn carry<G: Game>(&mut self, game: &mut Match<G>, mut budget: f64) {
        while budget > 0.0 {
            let Some(mut under_way) = self.under_way.take() else {
                if self.client.base == Some(game.tick()) {
                    return;
                }
                let frame = self.client.next(game);
                let left = (frame.view.len() + frame.seat.len()) as f64;
                self.under_way = Some(UnderWay { hash: game.view_hash(self.client.seat), frame, left });
                continue;
            };
            let carried = under_way.left.min(budget);
            budget -= carried;
            under_way.left -= carried;
            if under_way.left > 0.0 {
                self.under_way = Some(under_way);
            } else {
                self.arrive(&under_way, game.tick());
            }
        }
    }

    fn arrive(&mut self, UnderWay { frame, hash, .. }: &UnderWay, now: Tick) {
        let bytes = self.client.apply(frame);
        assert_eq!(Some(self.client.mirror.hash()), *hash, "what arrived is what was seen at {:?}", frame.tick);
        self.arrived.push((frame.kind, bytes, now.since(frame.tick)));
    }
}
