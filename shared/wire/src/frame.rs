//! The parts of a frame that are values of their own. Their bytes are described in PROTOCOL.md, "Frames".

use crate::{ActionSeq, EntityId, FrameError, Tick, varint};

/// The version of the format: the first byte of every frame.
pub const FORMAT: u8 = 3;
/// Flag: the receiver drops all it has first; there is no base.
pub const FLAG_KEY: u8 = 1;
/// Flag: the base is the tick before, and values are differences from it.
pub const FLAG_RELATIVE: u8 = 2;
/// Flag: the frame carries the hash of the view's state after it.
pub const FLAG_HASH: u8 = 4;
/// Flag: the list of entities that left follows.
pub const FLAG_LEFT: u8 = 8;
/// Flag: events of the view follow.
pub const FLAG_EVENTS: u8 = 16;
/// Flag: the view holds more entities than the frame brings; later frames let them enter.
pub const FLAG_PARTIAL: u8 = 32;
/// Flag: the list of entities that entered follows the changes of those that stayed, and then all that they have.
pub const FLAG_ENTERED: u8 = 64;
/// All flags this version knows.
const FLAGS: u8 = FLAG_KEY | FLAG_RELATIVE | FLAG_HASH | FLAG_LEFT | FLAG_EVENTS | FLAG_PARTIAL | FLAG_ENTERED;

/// Seat flag: the highest action number decided follows.
pub(crate) const SEAT_APPLIED: u8 = 1;
/// Seat flag: seat columns follow.
pub(crate) const SEAT_COLUMNS: u8 = 2;
/// Seat flag: receipts follow.
pub(crate) const SEAT_RECEIPTS: u8 = 4;
/// Seat flag: events of this seat follow.
pub(crate) const SEAT_EVENTS: u8 = 8;
/// Seat flag: events of the view follow, which earlier frames should have told.
pub(crate) const SEAT_MISSED: u8 = 16;
/// Seat flag: receipts or events were dropped that this client has not been told.
pub(crate) const SEAT_LOST: u8 = 32;

/// All seat flags this version knows.
pub(crate) const SEAT_FLAGS: u8 = SEAT_APPLIED | SEAT_COLUMNS | SEAT_RECEIPTS | SEAT_EVENTS | SEAT_MISSED | SEAT_LOST;

/// Top bit of a component section's first byte: a list of entities that lost the component follows.
pub(crate) const SECTION_REMOVED: u8 = 0x80;
/// The same bit in a section of newcomers: not all of them have the component, and who does follows.
pub(crate) const SECTION_LISTED: u8 = 0x80;

/// Flag of a section: which values are not zero comes first, and only those.
pub(crate) const SECTION_ZEROS: u8 = 0x40;
/// Flag of a section: each column has a form of its own.
pub(crate) const SECTION_COLUMNS: u8 = 0x20;
/// The bits of a section's first byte that name the component.
pub(crate) const SECTION_PLACE: u8 = 0x1f;

/// What a frame says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Header {
    /// The tick this frame shows.
    pub tick: Tick,
    /// The tick it builds on; `None` for a keyframe.
    pub base: Option<Tick>,
    /// Values are differences from the base. Only possible where the base is the tick before, whose values the sender still has.
    pub relative: bool,
    /// Hash of the view's state after this frame, of the part of it that the receiver then has.
    pub hash: Option<u32>,
    /// The view holds more entities than the receiver has after this frame; they enter with later ones.
    pub partial: bool,
}

/// Which optional parts of the view part are there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Contents {
    pub(crate) left: bool,
    pub(crate) entered: bool,
    pub(crate) events: bool,
}

impl Header {
    /// Appends the header. Returns the places of the flags and of the hash, for what is known only later.
    pub(crate) fn write(&self, out: &mut Vec<u8>, left: bool) -> (usize, usize) {
        debug_assert!(!self.relative || self.base.is_some_and(|base| base.next() == self.tick));
        let flag = |on: bool, flag: u8| if on { flag } else { 0 };
        let flags = flag(self.base.is_none(), FLAG_KEY)
            | flag(self.relative, FLAG_RELATIVE)
            | flag(self.hash.is_some(), FLAG_HASH)
            | flag(left, FLAG_LEFT)
            | flag(self.partial, FLAG_PARTIAL);
        out.extend([FORMAT, flags]);
        let flags = out.len() - 1;
        varint::write_u32(out, self.tick.0);
        if let Some(base) = self.base.filter(|_| !self.relative) {
            varint::write_u32(out, self.tick.since(base));
        }
        let hash = out.len();
        if let Some(hash) = self.hash {
            out.extend(hash.to_le_bytes());
        }
        (flags, hash)
    }

    /// The header of a frame, or of the beginning of one. Nothing after it is looked at.
    ///
    /// # Errors
    /// When the bytes are no header of this version.
    pub fn of(frame: &[u8]) -> Result<Self, FrameError> {
        Ok(Self::read(&mut varint::Reader::new(frame))?.0)
    }

    /// Reads a header.
    pub(crate) fn read(reader: &mut varint::Reader<'_>) -> Result<(Self, Contents), FrameError> {
        let version = reader.u8("version")?;
        if version != FORMAT {
            return Err(FrameError::Version { got: version, expected: FORMAT });
        }
        let flags = reader.u8("flags")?;
        let (key, relative) = (flags & FLAG_KEY != 0, flags & FLAG_RELATIVE != 0);
        if flags & !FLAGS != 0 || key && (relative || flags & FLAG_LEFT != 0) {
            return Err(FrameError::Range { what: "flags", value: u64::from(flags) });
        }
        let tick = reader.u32("tick")?;
        let base = if key {
            None
        } else {
            let age = if relative { 1 } else { reader.u32("base age")? };
            Some(Tick(tick.checked_sub(age).ok_or(FrameError::Range { what: "base age", value: u64::from(age) })?))
        };
        let hash = if flags & FLAG_HASH == 0 { None } else { Some(reader.u32_le("hash")?) };
        let is = |flag: u8| flags & flag != 0;
        let contents = Contents { left: is(FLAG_LEFT), entered: is(FLAG_ENTERED), events: is(FLAG_EVENTS) };
        Ok((Self { tick: Tick(tick), base, relative, hash, partial: flags & FLAG_PARTIAL != 0 }, contents))
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

/// The private part of a frame: what only one seat gets. The default says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct SeatUpdate<'a> {
    /// The highest action sequence number that has been decided; `None` where it is that of the base.
    pub applied: Option<ActionSeq>,
    /// The seat columns that changed since the base: (place, value).
    pub columns: &'a [(usize, i32)],
    /// Receipts since the base, oldest first.
    pub receipts: &'a [Receipt],
    /// Private events since the base, oldest first.
    pub events: &'a [Event],
    /// Events of the view that earlier frames should have told this client, oldest first. Only with keyframes.
    pub missed: &'a [Event],
    /// Receipts or events that this client was to be told had to be dropped.
    pub lost: bool,
}

fn read_age(reader: &mut varint::Reader<'_>, now: Tick) -> Result<Tick, FrameError> {
    let age = reader.u32("age")?;
    now.0.checked_sub(age).map(Tick).ok_or(FrameError::Range { what: "age", value: u64::from(age) })
}
