//! Variable-length integers: seven bits a byte, lowest first, the top bit set on all bytes but the last.
//! Signed numbers are zigzagged first, so that small negative numbers stay short.

use crate::FrameError;

/// Most bytes of one 32-bit varint.
pub const MAX_BYTES: usize = 5;

/// Appends `value` to `out`, 1 to 5 bytes.
pub fn write_u32(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Bytes that `value` takes.
#[must_use]
pub const fn len_u32(value: u32) -> usize {
    (38 - (value | 1).leading_zeros() as usize) / 7
}

/// Whether `value` takes one byte. Of several combined by `or`: whether each does.
#[must_use]
pub const fn is_short(value: u32) -> bool {
    value < 0x80
}

/// Appends `value` zigzagged, 1 to 5 bytes.
pub fn write_i32(out: &mut Vec<u8>, value: i32) {
    write_u32(out, zigzag(value));
}

/// 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
#[must_use]
pub const fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// The inverse of [`zigzag`].
#[must_use]
pub const fn unzigzag(value: u32) -> i32 {
    ((value >> 1) as i32) ^ -((value & 1) as i32)
}

/// Reads a frame from its start; every read is checked.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes not read yet.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// One byte. `what` names the part in the error.
    pub fn u8(&mut self, what: &'static str) -> Result<u8, FrameError> {
        let byte = *self.bytes.get(self.at).ok_or(FrameError::Truncated { at: self.bytes.len(), what })?;
        self.at += 1;
        Ok(byte)
    }

    /// Four bytes, lowest first.
    pub fn u32_le(&mut self, what: &'static str) -> Result<u32, FrameError> {
        let mut value = 0;
        for shift in [0, 8, 16, 24] {
            value |= u32::from(self.u8(what)?) << shift;
        }
        Ok(value)
    }

    /// So many bytes as they are.
    pub fn bytes(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], FrameError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or(FrameError::Truncated { at: self.bytes.len(), what })?;
        let bytes = &self.bytes[self.at..end];
        self.at = end;
        Ok(bytes)
    }

    /// A varint; one that needs more than 32 bits is out of range.
    pub fn u32(&mut self, what: &'static str) -> Result<u32, FrameError> {
        let mut value = 0u64;
        for place in 0..MAX_BYTES {
            let byte = self.u8(what)?;
            value |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| FrameError::Range { what, value });
            }
        }
        Err(FrameError::Range { what, value })
    }

    /// A zigzagged varint.
    pub fn i32(&mut self, what: &'static str) -> Result<i32, FrameError> {
        self.u32(what).map(unzigzag)
    }

    /// A count of things that take at least `bytes_each` bytes, so that a count never exceeds what the frame can hold.
    pub fn count(&mut self, bytes_each: usize, what: &'static str) -> Result<usize, FrameError> {
        let count = self.u32(what)?;
        if (count as usize).saturating_mul(bytes_each) > self.remaining() {
            return Err(FrameError::Range { what, value: u64::from(count) });
        }
        Ok(count as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_round_trips() {
        for value in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x001f_ffff, 0x0fff_ffff, u32::MAX] {
            let mut out = Vec::new();
            write_u32(&mut out, value);
            let mut reader = Reader::new(&out);
            assert_eq!(reader.u32("x"), Ok(value));
            assert_eq!(reader.remaining(), 0);
            assert_eq!(len_u32(value), out.len());
        }
        for value in [0, -1, 1, i32::MIN, i32::MAX] {
            assert_eq!(unzigzag(zigzag(value)), value);
        }
    }

    #[test]
    fn overlong_and_cut_varints_are_errors() {
        assert_eq!(Reader::new(&[0x80]).u32("x"), Err(FrameError::Truncated { at: 1, what: "x" }));
        assert!(matches!(Reader::new(&[0xff; 6]).u32("x"), Err(FrameError::Range { .. })));
        assert!(matches!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).u32("x"), Err(FrameError::Range { .. })));
    }

    #[test]
    fn a_count_beyond_the_bytes_left_is_out_of_range() {
        assert!(matches!(Reader::new(&[3, 0, 0]).count(1, "x"), Err(FrameError::Range { value: 3, .. })));
        assert_eq!(Reader::new(&[2, 0, 0]).count(1, "x"), Ok(2));
    }
}
