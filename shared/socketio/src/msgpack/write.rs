//! Writing MessagePack, always in the shortest form. Lengths beyond 32 bits cannot occur, since messages are bounded far
//! below; they would be cut to the largest.

use bytes::Bytes;
use engineio::Binary;

use crate::Value;

/// Binary values from this length on are shared with the message in place of being copied into it, in bytes.
const SHARED: usize = 2_048;

/// Binary values that belong into a message, each with the place in the rest of it where it goes.
pub(crate) type Splices = Vec<(usize, Bytes)>;

/// The message: `out` with `splices` put in where they belong.
pub(crate) fn splice(out: Vec<u8>, splices: Splices) -> Binary {
    let out = Bytes::from(out);
    if splices.is_empty() {
        return out.into();
    }
    let mut chunks = Vec::with_capacity(2 * splices.len() + 1);
    let mut from = 0;
    for (at, bytes) in splices {
        chunks.push(out.slice(from..at));
        chunks.push(bytes);
        from = at;
    }
    if from < out.len() {
        chunks.push(out.slice(from..));
    }
    Binary::from_chunks(chunks)
}

/// Appends `value`. Long binary values go into `splices` where there is such a list, else they are copied.
pub(crate) fn write_value(out: &mut Vec<u8>, value: &Value, mut splices: Option<&mut Splices>) {
    match value {
        Value::Null => out.push(0xc0),
        Value::Bool(truth) => out.push(0xc2 + u8::from(*truth)),
        Value::Int(number) => write_int(out, *number),
        Value::UInt(number) => tagged(out, 0xcf, number.to_be_bytes()),
        Value::Float(number) => tagged(out, 0xcb, number.to_be_bytes()),
        Value::Str(text) => write_str(out, text),
        Value::Bin(bytes) => {
            let (header, len) = bin_header(bytes.len());
            out.extend_from_slice(&header[..len]);
            match splices.filter(|_| bytes.len() >= SHARED) {
                Some(splices) => splices.push((out.len(), bytes.clone())),
                None => out.extend_from_slice(bytes),
            }
        }
        Value::Array(values) => {
            write_array_len(out, values.len());
            values.iter().for_each(|value| write_value(out, value, splices.as_deref_mut()));
        }
        Value::Map(pairs) => {
            write_map_len(out, pairs.len());
            for (key, value) in pairs {
                write_str(out, key);
                write_value(out, value, splices.as_deref_mut());
            }
        }
    }
}

fn tagged<const N: usize>(out: &mut Vec<u8>, marker: u8, bytes: [u8; N]) {
    out.push(marker);
    out.extend_from_slice(&bytes);
}

fn write_int(out: &mut Vec<u8>, number: i64) {
    if let Ok(small) = u8::try_from(number) {
        if small < 0x80 { out.push(small) } else { tagged(out, 0xcc, [small]) }
    } else if let Ok(small) = i8::try_from(number) {
        if small >= -0x20 { out.extend(small.to_be_bytes()) } else { tagged(out, 0xd0, small.to_be_bytes()) }
    } else if let Ok(small) = u16::try_from(number) {
        tagged(out, 0xcd, small.to_be_bytes());
    } else if let Ok(small) = i16::try_from(number) {
        tagged(out, 0xd1, small.to_be_bytes());
    } else if let Ok(small) = u32::try_from(number) {
        tagged(out, 0xce, small.to_be_bytes());
    } else if let Ok(small) = i32::try_from(number) {
        tagged(out, 0xd2, small.to_be_bytes());
    } else if let Ok(large) = u64::try_from(number) {
        tagged(out, 0xcf, large.to_be_bytes());
    } else {
        tagged(out, 0xd3, number.to_be_bytes());
    }
}

pub(crate) fn write_str(out: &mut Vec<u8>, text: &str) {
    match text.len() {
        len @ 0..=0x1f => out.push(0xa0 | len as u8),
        len @ 0x20..=0xff => tagged(out, 0xd9, [len as u8]),
        len => write_len(out, len, 0xda),
    }
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn write_array_len(out: &mut Vec<u8>, len: usize) {
    if len < 0x10 { out.push(0x90 | len as u8) } else { write_len(out, len, 0xdc) }
}

pub(crate) fn write_map_len(out: &mut Vec<u8>, len: usize) {
    if len < 0x10 { out.push(0x80 | len as u8) } else { write_len(out, len, 0xde) }
}

/// A 16 bit length behind `marker`, or a 32 bit one behind the next marker.
fn write_len(out: &mut Vec<u8>, len: usize, marker: u8) {
    match u16::try_from(len) {
        Ok(short) => tagged(out, marker, short.to_be_bytes()),
        Err(_) => tagged(out, marker + 1, len32(len).to_be_bytes()),
    }
}

fn len32(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// What stands before `len` bytes of binary: the bytes, of which the second figure says how many count.
pub(crate) fn bin_header(len: usize) -> ([u8; 5], usize) {
    let mut header = [0; 5];
    let used = if let Ok(short) = u8::try_from(len) {
        header[..2].copy_from_slice(&[0xc4, short]);
        2
    } else if let Ok(short) = u16::try_from(len) {
        header[0] = 0xc5;
        header[1..3].copy_from_slice(&short.to_be_bytes());
        3
    } else {
        header[0] = 0xc6;
        header[1..].copy_from_slice(&len32(len).to_be_bytes());
        5
    };
    (header, used)
}
