/** The parts of a frame that are values of their own. Their bytes are described in PROTOCOL.md, "Frames". */
import { FrameError, outOfRange } from "./error";
import { MAX_ENTITY_ID } from "./schema";
import type { Reader } from "./varint";

/** The version of the format: the first byte of every frame. */
export const FORMAT = 1;
/** Flag: the receiver drops all it has first; there is no base. */
export const FLAG_KEY = 1;
/** Flag: values are differences from the base, not values. */
export const FLAG_RELATIVE = 2;
/** Flag: the frame carries the hash of the view's state after it. */
export const FLAG_HASH = 4;
/** Top bit of a section's first byte: a list of entities that lost the component follows. */
export const SECTION_REMOVED = 0x80;
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
  const both = FLAG_KEY | FLAG_RELATIVE;
  if ((flags & ~(both | FLAG_HASH)) !== 0 || (flags & both) === both) throw outOfRange("flags", flags);
  const tick = reader.u32("tick");
  let base: number | null = null;
  if ((flags & FLAG_KEY) === 0) base = before(reader, tick, "base age");
  const hash = (flags & FLAG_HASH) === 0 ? null : reader.u32le("hash");
  return { tick, base, relative: (flags & FLAG_RELATIVE) !== 0, hash };
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

/** A count, the first id, then the gaps less one. `into` is emptied first. */
export function readIds(reader: Reader, into: number[], what: string): void {
  into.length = 0;
  let next = 0;
  for (let left = reader.count(1, what); left > 0; left--) {
    const id = next + reader.u32(what);
    if (id > MAX_ENTITY_ID) throw outOfRange(what, id);
    into.push(id);
    next = id + 1;
  }
}

function before(reader: Reader, now: number, what: string): number {
  const age = reader.u32(what);
  if (age > now) throw outOfRange(what, age);
  return now - age;
}
