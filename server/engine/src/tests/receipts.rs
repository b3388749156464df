//! Actions run at most once, and their receipts arrive whatever frames are skipped.

use wire::{ActionSeq, Receipt, Tick};

use super::toy::{Client, Toy};
use crate::{MAX_WAITING, Match, SeatId, SubmitError};

#[test]
fn a_number_runs_once_and_its_receipt_says_how_it_went() {
    let mut game = Match::<Toy>::new(&());
    let mut client = Client::new(1);
    game.submit(SeatId(1), ActionSeq(3), 0).expect("fresh");
    game.submit(SeatId(1), ActionSeq(7), 9).expect("gaps are allowed");
    assert_eq!(game.submit(SeatId(1), ActionSeq(7), 0), Err(SubmitError::Stale { got: 7, last: 7 }));
    assert_eq!(game.submit(SeatId(1), ActionSeq(4), 0), Err(SubmitError::Stale { got: 4, last: 7 }));
    game.step();
    client.take(&mut game);
    let receipt = |seq, code| Receipt { seq: ActionSeq(seq), tick: Tick(1), code };
    assert_eq!(client.mirror.last().receipts, [receipt(3, 0), receipt(7, 9)]);
    assert_eq!(client.mirror.applied_seq(), ActionSeq(7));
    game.step();
    client.take(&mut game);
    assert!(client.mirror.last().receipts.is_empty(), "told once");
}

#[test]
fn receipts_missed_by_a_slow_client_come_with_its_merged_frame_and_with_a_keyframe() {
    let mut game = Match::<Toy>::new(&());
    let mut client = Client::new(0);
    game.step();
    client.take(&mut game);
    for seq in 1..=5 {
        game.submit(SeatId(0), ActionSeq(seq), 0).expect("fresh");
        game.step();
    }
    client.take(&mut game);
    assert_eq!(client.mirror.last().receipts.len(), 5);
    client.resync();
    client.take(&mut game);
    assert_eq!(client.mirror.last().receipts.len(), 0, "told again, and known");
    let mut fresh = Client::new(0);
    fresh.take(&mut game);
    assert_eq!(fresh.mirror.last().receipts.len(), 5, "a client that starts anew may not have got them");
    game.acknowledge(SeatId(0), Tick(4));
    let mut fresh = Client::new(0);
    fresh.take(&mut game);
    assert_eq!(fresh.mirror.last().receipts.len(), 2, "what was acknowledged is not told again");
}

#[test]
fn an_inbox_has_an_end() {
    let mut game = Match::<Toy>::new(&());
    for seq in 1..=MAX_WAITING as u32 {
        game.submit(SeatId(0), ActionSeq(seq), 0).expect("room");
    }
    assert_eq!(game.submit(SeatId(0), ActionSeq(1_000), 0), Err(SubmitError::Full));
    game.submit(SeatId(1), ActionSeq(1), 0).expect("others have their own");
    game.step();
    game.submit(SeatId(0), ActionSeq(1_000), 0).expect("room again, and the number was not used up");
    assert_eq!(game.submit(SeatId(9), ActionSeq(1), 0), Err(SubmitError::NoSeat(9)));
}
