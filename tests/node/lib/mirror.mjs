// A player's state, kept from frames alone. Written from PROTOCOL.md and from nothing else, so that it shows the
// page is enough to write a client from.

import { finish, murmur } from "./hash.mjs";
import { Reader } from "./reader.mjs";
import { COMPONENTS, SEAT } from "./schema.mjs";

const KEY = 1;
const RELATIVE = 2;
const HASH = 4;
const LEFT = 8;
const EVENTS = 16;
const PARTIAL = 32;
const ENTERED = 64;

export class Mirror {
  /** Tick of the last frame; null before the first. */
  tick = null;
  /** id -> place -> column values. */
  entities = new Map();
  /** Values of the seat columns. */
  seat = SEAT.map(() => 0);
  /** The highest action number decided. */
  applied = 0;
  /** Frames applied, and how many were keyframes. */
  frames = 0;
  keyframes = 0;
  /** Hashes compared and hashes that differed. */
  hashes = 0;
  mismatches = 0;
  /** Whether more is in view than has entered so far. */
  partial = false;
  /** The last frame's tick: up to there, receipts and events have been told. */
  #told = -1;

  /**
   * Applies one frame and returns what it told beside state.
   * @param {Uint8Array} bytes
   */
  apply(bytes) {
    const reader = new Reader(bytes);
    const told = { receipts: [], events: [], own: [] };
    const wanted = this.#view(reader, told);
    this.#seatPart(reader, told);
    reader.end();
    this.frames += 1;
    if (wanted !== null) {
      this.hashes += 1;
      if (wanted !== this.hash()) {
        this.mismatches += 1;
      }
    }
    return told;
  }

  hash() {
    let sum = 0;
    for (const [id, entity] of this.entities) {
      let rows = 0;
      entity.forEach((row, place) => {
        const [x, y, vx, vy] = row;
        const still = () => [x - Math.imul(vx, this.tick), y - Math.imul(vy, this.tick), vx, vy];
        rows = (rows + murmur([place, ...(COMPONENTS[place].motion ? still() : row)])) | 0;
      });
      sum = (sum + finish(rows ^ Math.imul(id + 1, 0x9e3779b1))) | 0;
    }
    return sum >>> 0;
  }

  /** @returns {number | null} the hash the state must have now, when the frame tells it */
  #view(reader, told) {
    const format = reader.u8();
    if (format !== 3) {
      throw new Error(`frame format ${format} is not 3`);
    }
    const flags = reader.u8();
    const key = (flags & KEY) !== 0;
    const relative = (flags & RELATIVE) !== 0;
    if (flags > 127 || (key && (relative || (flags & LEFT) !== 0))) {
      throw new Error(`flags ${flags} are not allowed`);
    }
    const tick = reader.varint();
    if (key) {
      this.keyframes += 1;
      this.entities.clear();
      this.seat.fill(0);
      this.applied = 0;
    } else {
      const age = relative ? 1 : reader.varint();
      if (this.tick === null || tick - age !== this.tick) {
        throw new Error(`frame ${tick} builds on ${tick - age}, but ${this.tick} is here`);
      }
      this.#move(age);
    }
    const wanted = (flags & HASH) !== 0 ? reader.u32le() : null;
    for (const id of (flags & LEFT) !== 0 ? reader.ids() : []) {
      if (!this.entities.delete(id)) {
        throw new Error(`entity ${id} left, but was not here`);
      }
    }
    this.#sections(reader, null, relative);
    if ((flags & ENTERED) !== 0) {
      const newcomers = reader.ids();
      for (const id of newcomers) {
        if (this.entities.has(id)) {
          throw new Error(`entity ${id} entered, but was here`);
        }
        this.entities.set(id, new Array(COMPONENTS.length));
      }
      this.#sections(reader, newcomers, false);
    }
    if ((flags & EVENTS) !== 0) {
      this.#events(reader, tick, told.events);
    }
    this.partial = (flags & PARTIAL) !== 0;
    this.tick = tick;
    return wanted;
  }

  /** Every motion goes on for so many ticks. */
  #move(ticks) {
    for (const entity of this.entities.values()) {
      entity.forEach((row, place) => {
        if (COMPONENTS[place].motion) {
          row[0] = (row[0] + Math.imul(row[2], ticks)) | 0;
          row[1] = (row[1] + Math.imul(row[3], ticks)) | 0;
        }
      });
    }
  }

  #sections(reader, newcomers, relative) {
    let above = -1;
    for (let head = reader.u8(); head !== 0; head = reader.u8()) {
      const place = (head & 0x1f) - 1;
      const component = COMPONENTS[place];
      if (!component || place <= above) {
        throw new Error(`no component has place ${place} after ${above}`);
      }
      above = place;
      const listed = (head & 0x80) !== 0;
      for (const id of listed && newcomers === null ? reader.ids() : []) {
        delete this.#entity(id)[place];
      }
      const ids = newcomers === null || listed ? reader.ids() : newcomers;
      const columns = component.columns.length;
      const numbers = reader.numbers(ids.length, columns, head & 0x60, component.unsigned && !relative);
      ids.forEach((id, row) => {
        const entity = this.#entity(id);
        const held = entity[place] ?? component.columns.map(() => 0);
        const told = component.columns.map((_, column) => numbers[column * ids.length + row]);
        entity[place] = told.map((number, column) => {
          if (!relative) {
            return number | 0;
          }
          if (!component.motion) {
            return (held[column] + number) | 0;
          }
          return column < 2 ? (number + held[column] + told[column + 2] - held[column + 2]) | 0 : number;
        });
      });
    }
  }

  #seatPart(reader, told) {
    const flags = reader.u8();
    if (flags > 63) {
      throw new Error(`seat flags ${flags} are not allowed`);
    }
    if ((flags & 1) !== 0) {
      this.applied = reader.varint();
    }
    if ((flags & 2) !== 0) {
      const mask = reader.varint();
      if (mask >= 1 << SEAT.length) {
        throw new Error(`the mask ${mask} names columns that are not there`);
      }
      for (let column = 0; column < SEAT.length; column++) {
        if ((mask & (1 << column)) !== 0) {
          this.seat[column] = reader.signed();
        }
      }
    }
    if ((flags & 4) !== 0) {
      for (let left = reader.varint(); left > 0; left--) {
        const number = reader.varint();
        const tick = this.tick - reader.varint();
        told.receipts.push({ number, tick, code: reader.u8() });
      }
    }
    if ((flags & 8) !== 0) {
      this.#events(reader, this.tick, told.own);
    }
    if ((flags & 16) !== 0) {
      const missed = [];
      this.#events(reader, this.tick, missed);
      told.events.unshift(...missed);
    }
    told.lost = (flags & 32) !== 0;
    // Only what is younger than the last frame is news.
    for (const list of ["receipts", "events", "own"]) {
      told[list] = told[list].filter((entry) => entry.tick > this.#told);
    }
    this.#told = this.tick;
  }

  #events(reader, tick, events) {
    for (let left = reader.varint(); left > 0; left--) {
      const age = reader.varint();
      const kind = reader.u8();
      const subject = reader.varint();
      const count = reader.u8();
      if (count > 6) {
        throw new Error(`event with ${count} arguments`);
      }
      const args = Array.from({ length: count }, () => reader.signed());
      events.push({ tick: tick - age, kind, subject: subject === 0 ? null : subject - 1, args });
    }
  }

  #entity(id) {
    const entity = this.entities.get(id);
    if (!entity) {
      throw new Error(`a section names entity ${id}, which is not here`);
    }
    return entity;
  }
}
