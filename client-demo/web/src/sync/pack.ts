/** Packed lists: ascending ids, and the value columns of a section. PROTOCOL.md, "Frames", describes their forms. */
import { outOfRange } from "./error";
import { MAX_ENTITY_ID } from "./schema";
import type { Reader } from "./varint";

/** Flag of a section: which values are not zero comes first, and only those. */
export const SECTION_ZEROS = 0x40;
/** Flag of a section: each column has a form of its own. */
export const SECTION_COLUMNS = 0x20;

/** Id lists: a gap for each id; runs of neighbours; gaps in half bytes. */
const GAPS = 0;
const RUNS = 1;
const NIBBLES = 2;
/** A half byte that stands for a gap of at least so much; the rest follows. */
const ESCAPE = 15;

/** Columns: a number for each row; pairs of a number and how many more rows have it; so many bits for each row. */
const PLAIN = 0;
const REPEATS = 1;
const BITS = 2;
/** Most bits of a row. */
const MAX_WIDTH = 24;

/** Reads ascending ids; `into` is emptied first. */
export function readIds(reader: Reader, into: number[], what: string): void {
  into.length = 0;
  const head = reader.u32(what);
  const count = head >>> 2;
  if (count > MAX_ENTITY_ID + 1) throw outOfRange(what, count);
  let next = 0;
  const push = (gap: number) => {
    const id = next + gap;
    if (id > MAX_ENTITY_ID) throw outOfRange(what, id);
    into.push(id);
    next = id + 1;
  };
  const form = head & 3;
  if (form === GAPS) {
    for (let left = count; left > 0; left--) push(reader.u32(what));
  } else if (form === RUNS) {
    while (into.length < count) {
      const gap = reader.u32(what);
      const more = reader.u32(what);
      if (more >= count - into.length) throw outOfRange(what, more);
      push(gap);
      for (let left = more; left > 0; left--) push(0);
    }
  } else if (form === NIBBLES) {
    const halves = reader.take((count + 1) >> 1, what);
    for (let place = 0; place < count; place++) {
      const half = (halves[place >> 1] >> ((place & 1) * 4)) & 15;
      push(half === ESCAPE ? half + reader.u32(what) : half);
    }
  } else {
    throw outOfRange(what, form);
  }
}

/** Reads the values of a section, column by column; `into` is emptied first. `form` holds the section's flags. */
export function readValues(
  reader: Reader,
  rows: number,
  columns: number,
  form: number,
  unsigned: boolean,
  into: number[],
): void {
  into.length = 0;
  const number = () => (unsigned ? reader.u32("value") | 0 : reader.i32("value"));
  const flags = form & (SECTION_ZEROS | SECTION_COLUMNS);
  if (flags === 0) {
    for (let left = rows * columns; left > 0; left--) into.push(number());
  } else if (flags === SECTION_ZEROS) {
    const there = reader.take((rows * columns + 7) >> 3, "zeros");
    for (let place = 0; place < rows * columns; place++) {
      into.push(((there[place >> 3] >> (place & 7)) & 1) === 0 ? 0 : number());
    }
  } else if (flags === SECTION_COLUMNS) {
    const forms = reader.take((columns + 3) >> 2, "forms");
    for (let column = 0; column < columns; column++) {
      const of = (forms[column >> 2] >> ((column & 3) * 2)) & 3;
      if (of === PLAIN) for (let left = rows; left > 0; left--) into.push(number());
      else if (of === REPEATS) readRepeats(reader, number, (column + 1) * rows, into);
      else if (of === BITS) readBits(reader, number(), rows, into);
      else throw outOfRange("form", of);
    }
  } else {
    throw outOfRange("section", form);
  }
}

function readRepeats(reader: Reader, number: () => number, until: number, into: number[]): void {
  while (into.length < until) {
    const value = number();
    const more = reader.u32("repeats");
    if (more >= until - into.length) throw outOfRange("repeats", more);
    for (let left = more; left >= 0; left--) into.push(value);
  }
}

function readBits(reader: Reader, least: number, rows: number, into: number[]): void {
  const width = reader.u8("width");
  if (width > MAX_WIDTH) throw outOfRange("width", width);
  const bytes = reader.take((rows * width + 7) >> 3, "bits");
  const mask = (1 << width) - 1;
  let [bits, held, at] = [0, 0, 0];
  for (let left = rows; left > 0; left--) {
    for (; held < width; held += 8) bits |= bytes[at++] << held;
    into.push((least + (bits & mask)) | 0);
    bits >>>= width;
    held -= width;
  }
}
