/** The parts of a frame that are values of their own. Their bytes are described in PROTOCOL.md, "Frames". */
import { FrameError, outOfRange } from "./error";
import type { Reader } from "./varint";

/** The version of the format: the first byte of every frame. */
export const FORMAT = 3;
/** Flag: the receiver drops all it has first; there is no base. */
export const FLAG_KEY = 1;
/** Flag: the base is the tick before, and values are differences from it. */
export const FLAG_RELATIVE = 2;
/** Flag: the frame carries the hash of the view's state after it. */
export const FLAG_HASH = 4;
/** Flag: the list of entities that left follows. */
export const FLAG_LEFT = 8;
/** Flag: events of the view follow. */
export const FLAG_EVENTS = 16;
/** Flag: the view holds more entities than the frame brings; later frames let them enter. */
export const FLAG_PARTIAL = 32;
/** Flag: the list of entities that entered follows the changes of those that stayed, and then all that they have. */
export const FLAG_ENTERED = 64;

/** Flags of the seat part: what follows. */
export const SEAT_APPLIED = 1;
export const SEAT_COLUMNS = 2;
export const SEAT_RECEIPTS = 4;
export const SEAT_EVENTS = 8;
/** Events of the view that earlier frames should have told. */
export const SEAT_MISSED = 16;
/** Receipts or events were dropped that this client has not been told. */
export const SEAT_LOST = 32;

/** Top bit of a section's first byte: a list of entities that lost the component follows. */
export const SECTION_REMOVED = 0x80;
/** The same bit in a section of newcomers: not all of them have the component, and who does follows. */
export const SECTION_LISTED = 0x80;
/** The bits of a section's first byte that name the component. */
export const SECTION_PLACE = 0x1f;
/** Most arguments of an event. */
const MAX_EVENT_ARGS = 6;

/** What a frame says of itself. */
export interface Header {
  readonly tick: number;
  /** The tick it builds on; `null` for a keyframe. */
  readonly base: number | null;
  readonly relative: boolean;
  /** Hash of the view's state after this frame. */
  readonly hash: number | null;
  /** The view holds more entities than the receiver has after this frame. */
  readonly partial: boolean;
  /** The list of entities that left follows. */
  readonly left: boolean;
  /** Entities that entered follow the changes. */
  readonly entered: boolean;
  /** Events of the view follow. */
  readonly events: boolean;
}

/** Something that happened at a tick, as opposed to something that is so. */
export interface FrameEvent {
  readonly tick: number;
  readonly kind: number;
  /** The entity it happened to; it may have left since. */
  readonly subject: number | null;
  readonly args: readonly number[];
}

/** What became of an action. */
export interface Receipt {
  readonly seq: number;
  readonly tick: number;
  /** 0 when it was applied, otherwise why it was refused, in the game's numbering. */
  readonly code: number;
}

export function readHeader(reader: Reader): Header {
  const version = reader.u8("version");
  if (version !== FORMAT) throw new FrameError("version", `frame format ${version} is not ${FORMAT}`);
  const flags = reader.u8("flags");
  const is = (flag: number) => (flags & flag) !== 0;
  const never = is(FLAG_KEY) && (is(FLAG_RELATIVE) || is(FLAG_LEFT));
  if (flags >= 2 * FLAG_ENTERED || never) throw outOfRange("flags", flags);
  const relative = is(FLAG_RELATIVE);
  const tick = reader.u32("tick");
  let base: number | null = null;
  if (relative) {
    if (tick === 0) throw outOfRange("base age", 1);
    base = tick - 1;
  } else if (!is(FLAG_KEY)) {
    base = before(reader, tick, "base age");
  }
  const hash = is(FLAG_HASH) ? reader.u32le("hash") : null;
  const [left, entered, events] = [is(FLAG_LEFT), is(FLAG_ENTERED), is(FLAG_EVENTS)];
  return { tick, base, relative, hash, partial: is(FLAG_PARTIAL), left, entered, events };
}

export function readEvents(reader: Reader, now: number, into: FrameEvent[]): void {
  for (let left = reader.count(4, "events"); left > 0; left--) {
    const tick = before(reader, now, "age");
    const kind = reader.u8("event kind");
    const subject = reader.u32("event subject");
    const length = reader.u8("event argument count");
    if (length > MAX_EVENT_ARGS) throw outOfRange("event argument count", length);
    const args: number[] = [];
    for (let place = 0; place < length; place++) args.push(reader.i32("event argument"));
    into.push({ tick, kind, subject: subject === 0 ? null : subject - 1, args });
  }
}

export function readReceipts(reader: Reader, now: number, into: Receipt[]): void {
  for (let left = reader.count(3, "receipts"); left > 0; left--) {
    const seq = reader.u32("receipt sequence");
    const tick = before(reader, now, "age");
    into.push({ seq, tick, code: reader.u8("receipt code") });
  }
}

function before(reader: Reader, now: number, what: string): number {
  const age = reader.u32(what);
  if (age > now) throw outOfRange(what, age);
  return now - age;
}
