//! Seeded changes of valid packets.

use super::{Case, Part};

/// What is put where a mutation puts something.
#[rustfmt::skip]
const SNIPPETS: [&str; 48] = [
    "0", "1", "5", "9", "-", "+", ".", "e", "E5", "/", "/n,", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00",
    "\\n", "[", "]", "{", "}", "[]", "{}", "[\"x\"]", " ", "\n", "\t", "\u{feff}", "\u{a0}", "\0", "é", "😀", "null",
    "true", "false", "1e400", "-0", "18446744073709551616", "\"connect\"", "\"num\":0", "\"_placeholder\":true",
    "{\"_placeholder\":true,\"num\":1}", "\"a\":1,", "\"__proto__\":", "?x=1", "51-",
];

/// A valid case with one to four changes.
pub(crate) fn mutated(valid: &[Case], random: &mut Random) -> Case {
    let mut case = valid[random.below(valid.len())].clone();
    for _ in 0..=random.below(4) {
        match random.below(12) {
            0 => attachments(&mut case, random),
            _ => text(&mut case, valid, random),
        }
    }
    case
}

fn attachments(case: &mut Case, random: &mut Random) {
    let at = random.below(case.parts.len() + 1);
    match random.below(3) {
        0 => case.parts.insert(at, Part::Binary(vec![0xab; random.below(4)])),
        1 if at < case.parts.len() => drop(case.parts.remove(at)),
        _ => case.parts.truncate(at),
    }
}

fn text(case: &mut Case, valid: &[Case], random: &mut Random) {
    let Some(Part::Text(text)) = case.parts.first_mut() else { return };
    let mut characters: Vec<char> = text.chars().collect();
    let at = random.below(characters.len() + 1);
    let len = random.below(4).min(characters.len() - at);
    match random.below(6) {
        // Cut, replace, insert, repeat, exchange, splice.
        0 => drop(characters.drain(at..at + len)),
        1 => drop(characters.splice(at..at + len, snippet(random))),
        2 => drop(characters.splice(at..at, snippet(random))),
        3 => {
            let piece = characters[at..at + len].to_vec();
            drop(characters.splice(at..at, piece));
        }
        4 if len > 1 => characters.swap(at, at + len - 1),
        _ => {
            if let Part::Text(other) = &valid[random.below(valid.len())].parts[0] {
                let from = random.below(other.chars().count() + 1);
                characters.truncate(at);
                characters.extend(other.chars().skip(from));
            }
        }
    }
    *text = characters.into_iter().collect();
}

fn snippet(random: &mut Random) -> impl Iterator<Item = char> + use<> {
    SNIPPETS[random.below(SNIPPETS.len())].chars()
}

/// SplitMix64: small, and the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Some number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
