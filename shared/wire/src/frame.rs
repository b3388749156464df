//! The parts of a frame that are values of their own. Their bytes are described in PROTOCOL.md, "Frames".

use crate::{ActionSeq, EntityId, FrameError, Tick, varint};

/// The version of the format: the first byte of every frame.
pub const FORMAT: u8 = 1;
/// Flag: the receiver drops all it has first; there is no base.
pub const FLAG_KEY: u8 = 1;
/// Flag: values are differences from the base, not values.
pub const FLAG_RELATIVE: u8 = 2;
/// Flag: the frame carries the hash of the view's state after it.
pub const FLAG_HASH: u8 = 4;
/// All flags this version knows.
const FLAGS: u8 = FLAG_KEY | FLAG_RELATIVE | FLAG_HASH;

/// Top bit of a component section's first byte: a list of entities that lost the component follows.
pub(crate) const SECTION_REMOVED: u8 = 0x80;

/// What a frame says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The tick this frame shows.
    pub tick: Tick,
    /// The tick it builds on; `None` for a keyframe.
    pub base: Option<Tick>,
    /// Values are differences from the base. Only possible where the base is the tick before, whose values the sender still has.
    pub relative: bool,
    /// Hash of the view's state after this frame.
    pub hash: Option<u32>,
}

impl Header {
    /// Appends the header.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut flags = 0;
        flags |= if self.base.is_none() { FLAG_KEY } else { 0 };
        flags |= if self.relative { FLAG_RELATIVE } else { 0 };
        flags |= if self.hash.is_some() { FLAG_HASH } else { 0 };
        out.extend([FORMAT, flags]);
        varint::write_u32(out, self.tick.0);
        if let Some(base) = self.base {
            varint::write_u32(out, self.tick.since(base));
        }
        if let Some(hash) = self.hash {
            out.extend(hash.to_le_bytes());
        }
    }

    /// Reads a header.
    pub fn read(reader: &mut varint::Reader<'_>) -> Result<Self, FrameError> {
        let version = reader.u8("version")?;
        if version != FORMAT {
            return Err(FrameError::Version { got: version, expected: FORMAT });
        }
        let flags = reader.u8("flags")?;
        if flags & !FLAGS != 0 || flags & (FLAG_KEY | FLAG_RELATIVE) == FLAG_KEY | FLAG_RELATIVE {
            return Err(FrameError::Range { what: "flags", value: u64::from(flags) });
        }
        let tick = reader.u32("tick")?;
        let base = if flags & FLAG_KEY == 0 {
            let age = reader.u32("base age")?;
            Some(Tick(tick.checked_sub(age).ok_or(FrameError::Range { what: "base age", value: u64::from(age) })?))
        } else {
            None
        };
        let hash = if flags & FLAG_HASH == 0 { None } else { Some(reader.u32_le("hash")?) };
        Ok(Self { tick: Tick(tick), base, relative: flags & FLAG_RELATIVE != 0, hash })
    }
}

/// Most arguments of an event.
pub const MAX_EVENT_ARGS: usize = 6;

/// Something that happened at a tick, as opposed to something that is so. What a kind and its arguments mean is the game's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// When it happened.
    pub tick: Tick,
    /// What happened, in the game's numbering.
    pub kind: u8,
    /// The entity it happened to, where the receiver knows one. It may have left since.
    pub subject: Option<EntityId>,
    args: [i32; MAX_EVENT_ARGS],
    len: u8,
}

impl Event {
    /// An event. Arguments beyond [`MAX_EVENT_ARGS`] are a mistake in the game and are cut.
    #[must_use]
    pub fn new(tick: Tick, kind: u8, subject: Option<EntityId>, args: &[i32]) -> Self {
        debug_assert!(args.len() <= MAX_EVENT_ARGS, "event {kind} has {} arguments", args.len());
        let len = args.len().min(MAX_EVENT_ARGS);
        let mut kept = [0; MAX_EVENT_ARGS];
        kept[..len].copy_from_slice(&args[..len]);
        Self { tick, kind, subject, args: kept, len: len as u8 }
    }

    /// The arguments.
    #[must_use]
    pub fn args(&self) -> &[i32] {
        &self.args[..usize::from(self.len)]
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>, now: Tick) {
        varint::write_u32(out, now.since(self.tick));
        out.push(self.kind);
        varint::write_u32(out, self.subject.map_or(0, |id| id.0 + 1));
        out.push(self.len);
        for arg in self.args() {
            varint::write_i32(out, *arg);
        }
    }

    pub(crate) fn read(reader: &mut varint::Reader<'_>, now: Tick) -> Result<Self, FrameError> {
        let tick = read_age(reader, now)?;
        let kind = reader.u8("event kind")?;
        let subject = reader.u32("event subject")?.checked_sub(1).map(EntityId);
        let len = reader.u8("event argument count")?;
        if usize::from(len) > MAX_EVENT_ARGS {
            return Err(FrameError::Range { what: "event argument count", value: u64::from(len) });
        }
        let mut args = [0; MAX_EVENT_ARGS];
        for arg in &mut args[..usize::from(len)] {
            *arg = reader.i32("event argument")?;
        }
        Ok(Self { tick, kind, subject, args, len })
    }
}

/// What became of an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The action, as its seat numbered it.
    pub seq: ActionSeq,
    /// The tick it ran at, or was refused at.
    pub tick: Tick,
    /// 0 when it was applied, otherwise why it was refused, in the game's numbering.
    pub code: u8,
}

impl Receipt {
    pub(crate) fn write(&self, out: &mut Vec<u8>, now: Tick) {
        varint::write_u32(out, self.seq.0);
        varint::write_u32(out, now.since(self.tick));
        out.push(self.code);
    }

    pub(crate) fn read(reader: &mut varint::Reader<'_>, now: Tick) -> Result<Self, FrameError> {
        let seq = ActionSeq(reader.u32("receipt sequence")?);
        Ok(Self { seq, tick: read_age(reader, now)?, code: reader.u8("receipt code")? })
    }
}

/// The private part of a frame: what only one seat gets.
#[derive(Clone, Copy, Debug)]
pub struct SeatUpdate<'a> {
    /// The highest action sequence number that has been decided.
    pub applied: ActionSeq,
    /// The seat columns that changed since the base: (place, value).
    pub columns: &'a [(usize, i32)],
    /// Receipts since the base, oldest first.
    pub receipts: &'a [Receipt],
    /// Private events since the base, oldest first.
    pub events: &'a [Event],
}

fn read_age(reader: &mut varint::Reader<'_>, now: Tick) -> Result<Tick, FrameError> {
    let age = reader.u32("age")?;
    now.0.checked_sub(age).map(Tick).ok_or(FrameError::Range { what: "age", value: u64::from(age) })
}
