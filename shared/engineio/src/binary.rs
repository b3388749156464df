//! Binary payloads. Owns the shared, possibly chunked byte string, and what may share a buffer; knows nothing of packets.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

/// A binary payload of one or several shared chunks. Cloning it never copies its bytes.
///
/// Several chunks let many receivers share most of a payload while each has a part of its own. Two values are equal
/// when their bytes are, however they are cut.
#[derive(Clone, Debug)]
pub struct Binary(Repr);

#[derive(Clone, Debug)]
enum Repr {
    One(Bytes),
    Many { chunks: Arc<[Bytes]>, len: usize },
}

impl Binary {
    /// A payload that is the concatenation of `chunks`.
    pub fn from_chunks(chunks: impl Into<Arc<[Bytes]>>) -> Self {
        let chunks = chunks.into();
        match &*chunks {
            [one] => Self(Repr::One(one.clone())),
            _ => {
                let len = chunks.iter().map(Bytes::len).sum();
                Self(Repr::Many { chunks, len })
            }
        }
    }

    /// Length in bytes of all chunks together.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::One(bytes) => bytes.len(),
            Repr::Many { len, .. } => *len,
        }
    }

    /// Whether there is no byte at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The chunks in order; some may be empty.
    pub fn chunks(&self) -> &[Bytes] {
        match &self.0 {
            Repr::One(bytes) => std::slice::from_ref(bytes),
            Repr::Many { chunks, .. } => chunks,
        }
    }

    /// The payload as one contiguous byte string. Copies only where there are several chunks.
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Repr::One(bytes) => bytes,
            Repr::Many { chunks, len } => {
                let mut joined = BytesMut::with_capacity(len);
                for chunk in &*chunks {
                    joined.extend_from_slice(chunk);
                }
                joined.freeze()
            }
        }
    }
}

impl Default for Binary {
    fn default() -> Self {
        Self(Repr::One(Bytes::new()))
    }
}

impl From<Bytes> for Binary {
    fn from(bytes: Bytes) -> Self {
        Self(Repr::One(bytes))
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Repr::One(bytes.into()))
    }
}

impl From<&'static [u8]> for Binary {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Repr::One(Bytes::from_static(bytes)))
    }
}

impl PartialEq for Binary {
    fn eq(&self, other: &Self) -> bool {
        let bytes = |binary: &'_ Self| binary.clone().chunks().to_vec().concat();
        match (&self.0, &other.0) {
            (Repr::One(left), Repr::One(right)) => left == right,
            _ => self.len() == other.len() && bytes(self) == bytes(other),
        }
    }
}

impl Eq for Binary {}

/// The bytes `part`, which stand in `whole`, to be kept: in the storage of `whole` where they are at least half of it, and
/// copied otherwise. A small part would keep all of `whole` alive for as long as it waits, and count as little.
///
/// # Panics
///
/// When `part` does not stand in `whole`.
pub fn part_of(whole: &Bytes, part: &[u8]) -> Bytes {
    let shared = whole.slice_ref(part);
    if part.len() < whole.len().div_ceil(2) { Bytes::copy_from_slice(part) } else { shared }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_join_in_order_and_compare_by_bytes() {
        let parts = vec![Bytes::from_static(b"ab"), Bytes::new(), Bytes::from_static(b"cde")];
        let many = Binary::from_chunks(parts);
        assert_eq!(many.len(), 5);
        assert_eq!(many, Binary::from(&b"abcde"[..]));
        assert_ne!(many, Binary::from(&b"abcdf"[..]));
        assert_eq!(&many.into_bytes()[..], b"abcde");
    }

    #[test]
    fn a_single_chunk_is_handed_back_without_a_copy() {
        let bytes = Bytes::from(vec![1, 2, 3]);
        let binary = Binary::from_chunks(vec![bytes.clone()]);
        assert_eq!(binary.into_bytes().as_ptr(), bytes.as_ptr());
    }

    #[test]
    fn a_part_shares_the_storage_from_half_of_it_on() {
        for len in [0, 1, 2, 9, 10] {
            let whole = Bytes::from(vec![7; len]);
            for part in 1..=len {
                let kept = part_of(&whole, &whole[len - part..]);
                assert_eq!(kept, whole[len - part..]);
                assert_eq!(whole.as_ptr_range().contains(&kept.as_ptr()), 2 * part >= len, "{part} of {len}");
            }
            assert!(part_of(&whole, &whole[len..]).is_empty());
        }
    }
}
