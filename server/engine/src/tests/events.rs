//! Reliable events reach every client once and in order, whatever frames it misses; cosmetic ones have an end.

use proptest::prelude::*;
use wire::Tick;

use super::toy::{COSMETIC, Client, Toy, VIEWS, spawn};
use crate::events::{MAX_COSMETIC, MAX_RELIABLE};
use crate::{Audience, Happenings, Match, RING, SeatId, ViewId};

fn push(game: &mut Match<Toy>, audience: Audience, kind: u8, number: i32) {
    game.world_mut().resource_mut::<Happenings>().push(audience, kind, &[number]);
}

/// Takes a frame and appends the numbers of the reliable events it told: of the view, and of the seat.
fn hear(client: &mut Client, game: &mut Match<Toy>, view: &mut Vec<i32>, seat: &mut Vec<i32>) {
    client.take(game);
    let last = client.mirror.last();
    view.extend(last.events.iter().filter(|event| event.kind < COSMETIC).map(|event| event.args()[0]));
    seat.extend(last.seat_events.iter().map(|event| event.args()[0]));
}

/// What becomes of a client at a turn.
#[derive(Clone, Copy, Debug)]
enum Luck {
    Takes,
    /// Its frame arrives and can't be applied: it asks for a keyframe and says what it has.
    Breaks,
    /// The same, without saying what it has.
    BreaksSilently,
    Misses,
}

fn luck() -> impl Strategy<Value = Luck> {
    prop_oneof![
        5 => Just(Luck::Takes),
        1 => Just(Luck::Breaks),
        1 => Just(Luck::BreaksSilently),
        3 => Just(Luck::Misses),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_reliable_event_is_told_once_and_in_order(
        turns in prop::collection::vec(
            (0..4u8, 0..3u8, prop_oneof![12 => 0..3u32, 1 => RING - 2..RING + 20], luck(), any::<bool>()),
            1..60,
        ),
    ) {
        let mut game = Match::<Toy>::new(&());
        game.step();
        let mut client = Client::new(0);
        let (mut view, mut seat) = (Vec::new(), Vec::new());
        hear(&mut client, &mut game, &mut view, &mut seat);
        let (mut of_view, mut of_seat) = (Vec::new(), Vec::new());
        for (reliable, cosmetic, quiet, luck, acknowledges) in turns {
            for _ in 0..cosmetic {
                push(&mut game, Audience::Everyone, COSMETIC, 0);
            }
            for number in 0..i32::from(reliable) {
                let number = game.tick().0 as i32 * 10 + number;
                push(&mut game, Audience::View(ViewId(0)), 1, number);
                push(&mut game, Audience::View(ViewId(1)), 1, -number);
                push(&mut game, Audience::Seat(SeatId(0)), 2, number);
                of_view.push(number);
                of_seat.push(number);
            }
            (0..=quiet).for_each(|_| game.step());
            match luck {
                Luck::Takes => hear(&mut client, &mut game, &mut view, &mut seat),
                Luck::Misses => {}
                Luck::Breaks | Luck::BreaksSilently => {
                    let frame = game.frame_for(client.seat, &client.handed).expect("a seat");
                    client.handed.took(&frame);
                    let broken = &frame.view[..frame.view.len() - 1];
                    prop_assert!(client.mirror.apply(broken).is_err());
                    let told = client.mirror.told().filter(|_| matches!(luck, Luck::Breaks));
                    client.handed.lost(told);
                }
            }
            prop_assert!(!client.mirror.last().lost);
            if let Some(told) = client.mirror.told().filter(|_| acknowledges) {
                game.acknowledge(SeatId(0), told);
            }
        }
        game.step();
        hear(&mut client, &mut game, &mut view, &mut seat);
        prop_assert_eq!(view, of_view);
        prop_assert_eq!(seat, of_seat);
    }
}

#[test]
fn a_client_that_is_behind_is_told_the_newest_cosmetic_events_only() {
    let mut game = Match::<Toy>::new(&());
    let mut client = Client::new(0);
    game.step();
    client.take(&mut game);
    for tick in 0..20 {
        for number in 0..30 {
            push(&mut game, Audience::Everyone, COSMETIC, tick * 30 + number);
        }
        push(&mut game, Audience::Everyone, 1, tick);
        game.step();
    }
    client.take(&mut game);
    let (shown, told): (Vec<wire::Event>, Vec<_>) =
        client.mirror.last().events.iter().copied().partition(|event| event.kind == COSMETIC);
    assert_eq!(told.len(), 20);
    let newest: Vec<i32> = (600 - MAX_COSMETIC as i32..600).collect();
    assert_eq!(shown.iter().map(|event| event.args()[0]).collect::<Vec<_>>(), newest);
    assert!(!client.mirror.last().lost, "nobody misses them");
    (0..RING + 1).for_each(|_| game.step());
    client.take(&mut game);
    assert!(client.mirror.last().events.is_empty());
}

#[test]
fn events_of_one_tick_keep_their_order() {
    let mut game = Match::<Toy>::new(&());
    let mut client = Client::new(0);
    game.step();
    client.take(&mut game);
    let kinds = [COSMETIC, 1, 2, COSMETIC + 1, 3, COSMETIC];
    kinds.iter().for_each(|kind| push(&mut game, Audience::Everyone, *kind, 0));
    game.step();
    client.take(&mut game);
    assert_eq!(client.mirror.last().events.iter().map(|event| event.kind).collect::<Vec<_>>(), kinds);
}

#[test]
fn a_client_that_was_not_told_what_had_to_go_is_told_so_once_and_others_are_not() {
    let mut game = Match::<Toy>::new(&());
    let entity = spawn(&mut game, 0, 0b111, 1);
    let mut clients: Vec<Client> = (0..VIEWS).map(Client::new).collect();
    game.step();
    clients.iter_mut().for_each(|client| _ = client.take(&mut game));
    for number in 0..MAX_RELIABLE as i32 + 1 {
        let audience = if number < MAX_RELIABLE as i32 { Audience::View(ViewId(0)) } else { Audience::Seers(entity) };
        push(&mut game, audience, 1, number);
        if number % 64 == 0 {
            game.step();
            clients[1].take(&mut game);
        }
    }
    game.step();
    clients.iter_mut().for_each(|client| _ = client.take(&mut game));
    let lost: Vec<bool> = clients.iter().map(|client| client.mirror.last().lost).collect();
    assert_eq!(lost, [true, false, false], "one has missed the first of more events than are kept");
    assert_eq!(clients[0].mirror.last().events.len(), MAX_RELIABLE);
    game.step();
    clients[0].take(&mut game);
    assert!(!clients[0].mirror.last().lost, "told once");
    let mut fresh = Client::new(0);
    fresh.take(&mut game);
    assert!(!fresh.mirror.last().lost && fresh.mirror.last().events.is_empty(), "who is new has missed nothing");
}

#[test]
fn a_seat_whose_receipts_had_to_go_is_told_so() {
    let mut game = Match::<Toy>::new(&());
    let mut client = Client::new(0);
    game.step();
    client.take(&mut game);
    for seq in 1..=600 {
        game.submit(SeatId(0), crate::ActionSeq(seq), 0).expect("fresh");
        game.step();
    }
    client.take(&mut game);
    assert!(client.mirror.last().lost);
    assert_eq!(client.mirror.last().receipts.last().map(|receipt| receipt.tick), Some(Tick(601)));
    game.step();
    client.take(&mut game);
    assert!(!client.mirror.last().lost);
}
