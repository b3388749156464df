//! The hash of a view's state, which server and client compare about once a second. PROTOCOL.md, "Hash".
//!
//! It is a sum over entities, and what goes into it of an entity a sum over components, so that whoever changes one row
//! needs only that row to keep the sum up to date. Whatever moves on by its velocity alone keeps its hash. It catches
//! mistakes, not enemies: a client that lies about its hash only fools itself.

use crate::{ComponentSpec, EntityId, Tick};

/// Spreads neighbouring ids over all numbers: 2^32 divided by the golden ratio.
const SPREAD: u32 = 0x9e37_79b1;

/// What one component adds to its entity: the hash of its place and columns. A motion counts as where it would have been
/// at tick 0.
#[inline]
#[must_use]
pub fn row(spec: &ComponentSpec, place: usize, values: &[i32], tick: Tick) -> u32 {
    let mut hash = mixed(0, place as u32);
    match *values {
        [x, y, vx, vy] if spec.is_motion() => {
            let back = |at: i32, velocity: i32| at.wrapping_sub(velocity.wrapping_mul(tick.0 as i32));
            hash = [back(x, vx), back(y, vy), vx, vy].iter().fold(hash, |hash, value| mixed(hash, *value as u32));
        }
        _ => hash = values.iter().fold(hash, |hash, value| mixed(hash, *value as u32)),
    }
    finished(hash ^ (4 * (values.len() as u32 + 1)))
}

/// What an entity adds to the state. `rows` is the sum of its components, which wraps as that of the state does.
#[inline]
#[must_use]
pub const fn entity(id: EntityId, rows: u32) -> u32 {
    finished(rows ^ id.0.wrapping_add(1).wrapping_mul(SPREAD))
}

/// One word more, by MurmurHash3 (x86, 32 bits; Austin Appleby, public domain).
const fn mixed(hash: u32, word: u32) -> u32 {
    let word = word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    (hash ^ word).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
}

/// MurmurHash3's last step.
const fn finished(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    let hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: ComponentSpec = ComponentSpec::state("state", &["a", "b"]);
    const MOTION: ComponentSpec = ComponentSpec::motion("motion", 1);

    #[test]
    fn a_row_is_hashed_by_murmur3() {
        // Reference value: MurmurHash3_x86_32 of the four bytes "test", seed 0.
        assert_eq!(row(&STATE, u32::from_le_bytes(*b"test") as usize, &[], Tick(9)), 0xba6b_d213);
    }

    #[test]
    fn order_place_and_owner_of_values_matter() {
        let of = |place: usize, values: &[i32]| row(&STATE, place, values, Tick(9));
        assert_ne!(of(0, &[1, 2]), of(0, &[2, 1]));
        assert_ne!(of(0, &[1, 2]), of(1, &[1, 2]));
        let (one, other) = (of(0, &[1, 2]), of(0, &[3, 4]));
        let state = |rows: [u32; 2]| {
            rows.iter().zip(0..).fold(0u32, |sum, (rows, id)| sum.wrapping_add(entity(EntityId(id), *rows)))
        };
        assert_ne!(state([one, other]), state([other, one]), "who has which row");
        assert_ne!(state([0, 0]), entity(EntityId(0), 0), "an entity without components counts");
    }

    #[test]
    fn what_moves_on_by_its_velocity_keeps_its_hash_and_what_does_not_gets_another() {
        let at = |x: i32, tick: u32| row(&MOTION, 1, &[x, i32::MIN + 5, 7, -3], Tick(tick));
        let held = row(&MOTION, 1, &[100, i32::MIN + 2, 7, -3], Tick(8));
        assert_eq!(row(&MOTION, 1, &[93, i32::MIN + 5, 7, -3], Tick(7)), held);
        let (y, ticks) = ((i32::MIN + 2).wrapping_sub(3_000), 1_008);
        assert_eq!(row(&MOTION, 1, &[7_100, y, 7, -3], Tick(ticks)), held, "also where it wraps");
        assert_ne!(at(93, 7), at(94, 7));
        assert_ne!(at(93, 7), at(93, 8));
        assert_ne!(row(&MOTION, 1, &[1, 2, 0, 0], Tick(7)), row(&MOTION, 1, &[1, 2, 0, 1], Tick(7)));
    }
}
