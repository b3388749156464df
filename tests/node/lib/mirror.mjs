// A player's state, kept from frames alone. Written from PROTOCOL.md and from nothing else, so that it shows the
// page is enough to write a client from.

import { StateHash } from "./hash.mjs";
import { Reader } from "./reader.mjs";
import { COMPONENTS, SEAT } from "./schema.mjs";

const KEY = 1;
const RELATIVE = 2;
const HASH = 4;

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
    const hash = new StateHash();
    for (const id of [...this.entities.keys()].sort((a, b) => a - b)) {
      hash.word(id);
      this.entities.get(id).forEach((values, place) => {
        hash.word(place);
        values.forEach((value) => hash.word(value));
      });
    }
    return hash.finish();
  }

  /** @returns {number | null} the hash the state must have now, when the frame tells it */
  #view(reader, told) {
    const format = reader.u8();
    if (format !== 1) {
      throw new Error(`frame format ${format} is not 1`);
    }
    const flags = reader.u8();
    const key = (flags & KEY) !== 0;
    const relative = (flags & RELATIVE) !== 0;
    if (flags > 7 || (key && relative)) {
      throw new Error(`flags ${flags} are not allowed`);
    }
    const tick = reader.varint();
    if (key) {
      this.keyframes += 1;
      this.entities.clear();
      this.seat.fill(0);
    } else {
      const base = tick - reader.varint();
      if (base !== this.tick) {
        throw new Error(`frame ${tick} builds on ${base}, but ${this.tick} is here`);
      }
    }
    const wanted = (flags & HASH) !== 0 ? reader.u32le() : null;
    for (const id of key ? [] : reader.ids()) {
      if (!this.entities.delete(id)) {
        throw new Error(`entity ${id} left, but was not here`);
      }
    }
    for (const id of reader.ids()) {
      if (this.entities.has(id)) {
        throw new Error(`entity ${id} entered, but was here`);
      }
      this.entities.set(id, new Array(COMPONENTS.length));
    }
    this.#sections(reader, relative);
    this.#events(reader, tick, told.events);
    this.tick = tick;
    return wanted;
  }

  #sections(reader, relative) {
    for (let head = reader.u8(); head !== 0; head = reader.u8()) {
      const place = (head & 0x7f) - 1;
      const component = COMPONENTS[place];
      if (!component) {
        throw new Error(`no component has place ${place}`);
      }
      for (const id of (head & 0x80) !== 0 ? reader.ids() : []) {
        delete this.#entity(id)[place];
      }
      const rows = reader.ids().map((id) => {
        const entity = this.#entity(id);
        entity[place] ??= component.columns.map(() => 0);
        return entity[place];
      });
      for (let column = 0; column < component.columns.length; column++) {
        for (const values of rows) {
          values[column] = (reader.signed() + (relative ? values[column] : 0)) | 0;
        }
      }
    }
  }

  #seatPart(reader, told) {
    this.applied = reader.varint();
    const mask = reader.varint();
    for (let column = 0; column < SEAT.length; column++) {
      if ((mask & (1 << column)) !== 0) {
        this.seat[column] = reader.signed();
      }
    }
    for (let left = reader.varint(); left > 0; left--) {
      const number = reader.varint();
      const tick = this.tick - reader.varint();
      told.receipts.push({ number, tick, code: reader.u8() });
    }
    this.#events(reader, this.tick, told.own);
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
