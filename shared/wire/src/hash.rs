//! The hash of a view's state, which server and client compare about once a second.
//!
//! MurmurHash3 (x86, 32 bits, seed 0; Austin Appleby, public domain) over 32-bit words: for each entity by ascending
//! id, the id, then for each component it has, by ascending place, the place and the column values. It catches
//! mistakes, not enemies: a client that lies about its hash only fools itself.

/// Collects the words of a state.
#[derive(Clone, Copy, Debug, Default)]
pub struct StateHash {
    hash: u32,
    words: u32,
}

impl StateHash {
    /// The hash of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { hash: 0, words: 0 }
    }

    /// Mixes one word in.
    pub const fn word(&mut self, word: u32) {
        let mixed = word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        self.hash = (self.hash ^ mixed).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
        self.words = self.words.wrapping_add(1);
    }

    /// Mixes an entity's id in. Call before its components.
    pub const fn entity(&mut self, id: u32) {
        self.word(id);
    }

    /// Mixes one component of the current entity in.
    pub fn component(&mut self, place: usize, values: &[i32]) {
        self.word(place as u32);
        for value in values {
            self.word(*value as u32);
        }
    }

    /// The hash of all words so far.
    #[must_use]
    pub const fn finish(&self) -> u32 {
        let mut h = self.hash ^ self.words.wrapping_mul(4);
        h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
        h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
        h ^ (h >> 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_murmur3() {
        // Reference values: MurmurHash3_x86_32 of "" and of the four bytes "test", seed 0.
        assert_eq!(StateHash::new().finish(), 0);
        let mut hash = StateHash::new();
        hash.word(u32::from_le_bytes(*b"test"));
        assert_eq!(hash.finish(), 0xba6b_d213);
    }

    #[test]
    fn order_and_place_matter() {
        let of = |parts: &[(usize, &[i32])]| {
            let mut hash = StateHash::new();
            parts.iter().for_each(|(place, values)| hash.component(*place, values));
            hash.finish()
        };
        assert_ne!(of(&[(0, &[1, 2])]), of(&[(0, &[2, 1])]));
        assert_ne!(of(&[(0, &[1])]), of(&[(1, &[1])]));
    }
}
