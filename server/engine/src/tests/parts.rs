//! A large view comes in parts, each of which shows the newest tick.

use super::toy::{Client, Place, Seen, Toy, Travel, Truth, held, spawn};
use crate::{FrameKind, Match, PART_BYTES, SeatId};

const MANY: i32 = 10_000;

fn crowd() -> (Match<Toy>, Vec<bevy_ecs::prelude::Entity>) {
    let mut game = Match::<Toy>::new(&());
    let entities = (0..MANY).map(|place| spawn(&mut game, 0, 0b001, place * 7_919 % 20_011)).collect();
    (game, entities)
}

#[test]
fn a_newcomer_to_a_large_view_gets_it_in_parts_while_it_changes() {
    let (mut game, entities) = crowd();
    let mut truth = Truth::default();
    game.step();
    truth.follow(&mut game);
    let mut client = Client::new(0);
    let mut parts = 0;
    for turn in 1usize.. {
        let bytes = client.take(&mut game);
        assert_eq!(Some(game.tick()), client.mirror.tick());
        parts += 1;
        assert!(bytes.len() <= PART_BYTES + 100, "part {parts} has {} bytes", bytes.len());
        if !client.mirror.last().partial {
            break;
        }
        assert!(client.mirror.last().entered.len() > 1_000, "a part brings a good many");
        let mut change = |place: usize, bundle: usize| {
            let mut entity = game.world_mut().entity_mut(entities[place * 31 % entities.len()]);
            match bundle % 4 {
                0 => _ = entity.insert(Place(place as i32, turn as i32)),
                1 => _ = entity.insert(Seen(0)),
                2 => _ = entity.insert(Seen(1)),
                _ => _ = entity.insert(Travel([1, 2, 30, 40])),
            }
        };
        (0..200).for_each(|place| change(turn * 200 + place, place));
        // Every other part builds on an older one.
        for _ in 0..1 + turn % 2 * 3 {
            game.step();
            truth.follow(&mut game);
        }
    }
    assert!((3..8).contains(&parts), "{parts} parts");
    assert_eq!(held(&client.mirror), truth.of(&mut game, 0));
    assert_eq!(Some(client.mirror.hash()), game.view_hash(SeatId(0)));
    game.step();
    client.take(&mut game);
    assert!(!client.mirror.last().partial);
}

#[test]
fn newcomers_of_one_tick_share_all_parts() {
    let (mut game, _) = crowd();
    game.step();
    let mut handed = [crate::Handed::default(); 2];
    loop {
        let frames = handed.map(|handed| game.frame_for(SeatId(0), &handed).expect("a seat"));
        assert_eq!(frames[0].view.as_ptr(), frames[1].view.as_ptr());
        for (handed, frame) in handed.iter_mut().zip(&frames) {
            handed.took(frame);
        }
        game.step();
        if !frames[0].partial {
            return;
        }
    }
}

#[test]
fn whoever_wants_a_whole_keyframe_gets_one() {
    let (mut game, _) = crowd();
    game.step();
    let part = game.frame_for(SeatId(0), &crate::Handed::default()).expect("a seat");
    let frame = game.frame(SeatId(0), None).expect("a seat");
    assert!(part.partial && !frame.partial && part.kind == FrameKind::Key);
    assert!(frame.view.len() > 2 * PART_BYTES);
    let mut client = Client::new(0);
    client.mirror.apply(&[&frame.view[..], &frame.seat[..]].concat()).expect("valid");
    assert_eq!(client.mirror.ids().count(), MANY as usize);
}
