//! A growable set of small numbers, one bit each.

/// The set. Two sets compare by word, so their differences cost a scan of words, not of members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    #[inline]
    pub(crate) fn insert(&mut self, value: u32) {
        self.insert_where(value, true);
    }

    /// Makes room for all values below `end`, for [`Bits::insert_if`].
    pub(crate) fn grow(&mut self, end: u32) {
        let words = (end as usize).div_ceil(64);
        if self.words.len() < words {
            self.words.resize(words, 0);
        }
    }

    /// Inserts a value there is room for, without a branch: whether something is in sight is hard to foresee.
    pub(crate) fn insert_if(&mut self, value: u32, wanted: bool) {
        self.words[value as usize / 64] |= u64::from(wanted) << (value % 64);
    }

    pub(crate) fn remove(&mut self, value: u32) {
        if let Some(word) = self.words.get_mut(value as usize / 64) {
            *word &= !(1 << (value % 64));
        }
    }

    /// Inserts a value where `wanted`, without a branch on that, which is hard to foresee in a fog.
    #[inline]
    pub(crate) fn insert_where(&mut self, value: u32, wanted: bool) {
        let word = value as usize / 64;
        if word >= self.words.len() {
            self.lengthen(word + 1);
        }
        self.words[word] |= u64::from(wanted) << (value % 64);
    }

    #[cold]
    fn lengthen(&mut self, words: usize) {
        self.words.resize(words, 0);
    }

    pub(crate) fn contains(&self, value: u32) -> bool {
        self.words.get(value as usize / 64).is_some_and(|word| word >> (value % 64) & 1 == 1)
    }

    /// Takes in all members of `other`.
    pub(crate) fn insert_all(&mut self, other: &Self) {
        self.grow(other.words.len() as u32 * 64);
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours |= theirs);
    }

    /// Takes in the members of `other` that are among `those`.
    pub(crate) fn insert_both(&mut self, other: &Self, those: &Self) {
        self.grow(other.words.len() as u32 * 64);
        let both = other.words.iter().zip(&those.words).map(|(theirs, those)| theirs & those);
        self.words.iter_mut().zip(both).for_each(|(ours, both)| *ours |= both);
    }

    /// Empties the set and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Becomes a copy of `other`, in the memory it has.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.words.clear();
        self.words.extend_from_slice(&other.words);
    }

    /// Members, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(place, word)| ones(place, *word))
    }

    /// Members that are not in `other`, ascending.
    pub(crate) fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u32> + 'a {
        self.words.iter().enumerate().flat_map(|(place, word)| {
            let theirs = other.words.get(place).copied().unwrap_or(0);
            ones(place, word & !theirs)
        })
    }

    /// Members that are in `other` too, ascending.
    pub(crate) fn and<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u32> + 'a {
        self.words.iter().zip(&other.words).enumerate().flat_map(|(place, (ours, theirs))| ones(place, ours & theirs))
    }
}

fn ones(place: usize, mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        (word != 0).then(|| {
            word &= word - 1;
            place as u32 * 64 + bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(values: &[u32]) -> Bits {
        let mut bits = Bits::default();
        values.iter().for_each(|value| bits.insert(*value));
        bits
    }

    #[test]
    fn only_what_is_wanted_gets_in_and_nothing_that_is_in_gets_out() {
        let mut bits = set(&[70]);
        bits.insert_where(70, false);
        bits.insert_where(71, true);
        bits.insert_where(500, false);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [70, 71]);
    }

    #[test]
    fn differences_work_across_sets_of_unlike_length() {
        let (short, long) = (set(&[1, 63]), set(&[1, 64, 200]));
        assert_eq!(short.without(&long).collect::<Vec<_>>(), [63]);
        assert_eq!(long.without(&short).collect::<Vec<_>>(), [64, 200]);
        assert_eq!(long.and(&short).collect::<Vec<_>>(), [1]);
    }
}
