//! Nothing hidden reaches a player: raw frames are searched for a canary, and compared with those of a match without it.

use engine::{ActionSeq, Match, SeatId, Tick};
use game::components::Health;
use game::geometry::Point;
use game::{Setup, Strategy, spawn};
use messages::rules::TILE;
use messages::schema::{POSITION, UNIT};
use messages::{Action, Kind, SCHEMA};
use serde_json::json;
use tests::raw::Raw;
use tests::server::Server;
use wire::{EntityId, Mirror, varint};

/// Hit points and place of the canary: numbers that nothing else in a match has.
const HP: i32 = 123_456_789;
const OFFSET: Point = Point { x: 77, y: 201 };

/// One seat's frames, as they would go out; every third one merges the two before.
struct Recorder {
    seat: SeatId,
    base: Option<Tick>,
    frames: Vec<Vec<u8>>,
}

impl Recorder {
    fn new(seat: u8) -> Self {
        Self { seat: SeatId(seat), base: None, frames: Vec::new() }
    }

    fn record(&mut self, game: &mut Match<Strategy>) {
        if game.tick().0 % 10 < 2 {
            return;
        }
        let frame = game.frame(self.seat, self.base).expect("the seat is there");
        self.base = Some(frame.tick);
        self.frames.push([&frame.view[..], &frame.seat[..]].concat());
    }
}

/// A match in which seat 1 may have a canary beside its keep, far out of seat 0's sight.
fn play(with_canary: bool, ticks: u32) -> [Recorder; 2] {
    let mut game = Match::<Strategy>::new(&Setup::free_for_all(7, 2));
    let mut seats = [Recorder::new(0), Recorder::new(1)];
    game.step();
    if with_canary {
        let keep = keep_of(&mut game, 1);
        let at = Point { x: keep.x / TILE * TILE + 3 * TILE + OFFSET.x, y: keep.y / TILE * TILE + OFFSET.y };
        let canary = spawn::unit(game.world_mut(), Kind::Worker, 1, at);
        game.world_mut().entity_mut(canary).insert(Health(HP));
    }
    for tick in 0..ticks {
        // Both seats do things, so that frames are not empty and the canary's neighbours come and go.
        if tick % 40 == 5 {
            let seq = ActionSeq(tick + 1);
            for seat in [SeatId(0), SeatId(1)] {
                let (units, target) = own_workers(&mut game, seat);
                game.submit(seat, seq, Action::Move { units, x: target.x, y: target.y, attack: false }).expect("fresh");
            }
        }
        game.step();
        seats.iter_mut().for_each(|seat| seat.record(&mut game));
    }
    seats
}

fn mirror_of(game: &mut Match<Strategy>, seat: SeatId) -> Mirror {
    let mut mirror = Mirror::new(&SCHEMA);
    let frame = game.frame(seat, None).expect("the seat is there");
    mirror.apply(&[&frame.view[..], &frame.seat[..]].concat()).expect("a keyframe applies");
    mirror
}

fn own(mirror: &Mirror, seat: u8, kind: Kind) -> Vec<(EntityId, Point)> {
    let own = mirror.ids().filter(|id| mirror.get(*id, UNIT) == Some(&[kind as i32, i32::from(seat)]));
    own.filter_map(|id| mirror.get(id, POSITION).map(|at| (id, Point { x: at[0], y: at[1] }))).collect()
}

fn keep_of(game: &mut Match<Strategy>, seat: u8) -> Point {
    let mirror = mirror_of(game, SeatId(seat));
    own(&mirror, seat, Kind::Keep).first().expect("everyone starts with a keep").1
}

/// Seat's first workers, and a place near its keep to send them to. Never the canary itself: it stands still.
fn own_workers(game: &mut Match<Strategy>, seat: SeatId) -> (Vec<u32>, Point) {
    let mirror = mirror_of(game, seat);
    let keep = own(&mirror, seat.0, Kind::Keep)[0].1;
    let workers = own(&mirror, seat.0, Kind::Worker).into_iter().take(3).map(|(id, _)| id.0).collect();
    let step = if (game.tick().0 / 40).is_multiple_of(2) { 3 } else { -3 };
    (workers, Point { x: keep.x + step * TILE, y: keep.y + 3 * TILE })
}

/// Everywhere the value would show: as it is written in a frame, and as plain bytes of either order.
fn finds(frames: &[Vec<u8>], value: i32) -> bool {
    let (mut signed, mut unsigned) = (Vec::new(), Vec::new());
    varint::write_i32(&mut signed, value);
    varint::write_u32(&mut unsigned, value as u32);
    let forms = [signed, unsigned, value.to_le_bytes().to_vec(), value.to_be_bytes().to_vec()];
    frames.iter().any(|frame| forms.iter().any(|form| frame.windows(form.len()).any(|window| window == form)))
}

#[test]
fn a_canary_in_the_fog_is_in_no_byte_of_the_other_players_frames() {
    let [hidden, owner] = play(true, 400);
    assert!(finds(&owner.frames, HP), "the search itself must work: the owner's frames hold the canary");
    assert!(!finds(&hidden.frames, HP), "the canary's hit points reached a player who can't see it");
}

#[test]
fn frames_are_the_same_bytes_with_and_without_a_canary_in_the_fog() {
    let ([with, owner_with], [without, owner_without]) = (play(true, 400), play(false, 400));
    let sizes = |seat: &Recorder| seat.frames.iter().map(Vec::len).collect::<Vec<_>>();
    assert_ne!(owner_with.frames, owner_without.frames, "the canary must make a difference to its owner");
    assert_eq!(sizes(&with), sizes(&without));
    assert_eq!(with.frames, without.frames);
    let bytes: usize = sizes(&with).iter().sum();
    assert!(bytes > 2_000, "{bytes} bytes: frames with nothing in them prove nothing");
}

/// Frames of seat 0 up to a tick, taken off a real connection, while seat 1 does something or nothing. `None` when a
/// busy machine made the server merge frames, which can't be compared one by one.
async fn frames_off_the_wire(busy: bool) -> Option<Vec<Vec<u8>>> {
    const UNTIL: u32 = 80;
    let server = Server::start();
    let play = json!(["play", { "code": "fog", "players": 2, "waitMs": 10_000 }]);
    let (mut watcher, mut hidden) = (Raw::join(server.address()).await, Raw::join(server.address()).await);
    watcher.ask(&play).await;
    hidden.ask(&play).await;
    let hiding = tokio::spawn(async move {
        let mut mirror = Mirror::new(&SCHEMA);
        for seq in 1u32.. {
            let frame = hidden.binary().await;
            mirror.apply(&frame).expect("frames apply in order");
            if mirror.tick().is_none_or(|tick| tick.0 >= UNTIL) {
                return own(&mirror, 1, Kind::Worker).len();
            }
            if busy && seq % 10 == 1 {
                let keep = own(&mirror, 1, Kind::Keep)[0];
                let units: Vec<u32> = own(&mirror, 1, Kind::Worker).iter().map(|(id, _)| id.0).collect();
                let (x, y) = (keep.1.x + 3 * TILE, keep.1.y + (i32::try_from(seq).unwrap_or(0) % 4 - 2) * TILE);
                hidden
                    .send(&format!("42{}", json!(["act", seq, { "type": "move", "units": units, "x": x, "y": y }])))
                    .await;
                let train = json!({ "type": "train", "building": keep.0.0, "kind": "worker" });
                hidden.send(&format!("42{}", json!(["act", seq + 1, train]))).await;
            }
        }
        unreachable!("sequence numbers do not end before the match");
    });
    let mut frames = Vec::new();
    let mut mirror = Mirror::new(&SCHEMA);
    while mirror.tick().is_none_or(|tick| tick.0 < UNTIL) {
        let frame = watcher.binary().await;
        mirror.apply(&frame).expect("frames apply in order");
        assert!(
            mirror.last().base.is_none_or(|base| base.next() == mirror.last().tick),
            "a merged frame can't be compared"
        );
        frames.push(frame);
    }
    hiding.await.expect("seat 1 plays on");
    Some(frames)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_neighbour_in_the_fog_changes_no_byte_on_the_wire() {
    let mut runs = None;
    for _ in 0..5 {
        if let (Some(busy), Some(idle)) = tokio::join!(frames_off_the_wire(true), frames_off_the_wire(false)) {
            runs = Some((busy, idle));
            break;
        }
    }
    let (busy, idle) = runs.expect("one of five tries goes through without a stall");
    // The first frame comes when the match takes the player in, which may be a tick sooner or later.
    let from = |frames: &[Vec<u8>]| frames[frames.len() - 70..].to_vec();
    assert_eq!(from(&busy), from(&idle));
}
