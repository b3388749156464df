/** The client-side state: what a view looks like to one of its clients, built from frames alone. Knows no game. */
import { FrameError, outOfRange } from "./error";
import {
  type FrameEvent,
  type Header,
  type Receipt,
  readEvents,
  readHeader,
  readReceipts,
  SEAT_APPLIED,
  SEAT_COLUMNS,
  SEAT_EVENTS,
  SEAT_LOST,
  SEAT_MISSED,
  SEAT_RECEIPTS,
  SECTION_LISTED,
  SECTION_PLACE,
  SECTION_REMOVED,
} from "./frame";
import { entityHash, RowHash } from "./hash";
import { readIds, readValues } from "./pack";
import type { Schema } from "./schema";
import { Table } from "./table";
import { Reader } from "./varint";

/** What the newest frame brought, beside the state itself. Reused by the next frame. */
export interface Applied {
  tick: number;
  /** The tick it built on; `null` for a keyframe. */
  base: number | null;
  /** Entities that came into view, ascending. After a keyframe: all. */
  entered: number[];
  /** Entities that went out of view, ascending. After a keyframe: all that were there before it. */
  left: number[];
  events: FrameEvent[];
  /** What happened to this seat alone, oldest first. */
  seatEvents: FrameEvent[];
  receipts: Receipt[];
  /** The frame carried a hash, and it was equal. */
  hashChecked: boolean;
  /** There is more in view than has entered so far; later frames bring it. */
  partial: boolean;
  /** The server had to drop receipts or events that this client was to be told. */
  lost: boolean;
}

/**
 * Applies frames in order. After an error it holds nothing of use and takes only a keyframe: ask the server for one.
 * Its memory is bounded by the schema and the largest entity id, whatever the frames say.
 */
export class Mirror {
  /** The tick shown; `null` until the first keyframe, and again after an error. */
  tick: number | null = null;
  /** The seat's private columns. */
  readonly seat: Int32Array;
  /** The highest action number that the server has decided. */
  appliedSeq = 0;
  /** What the newest frame brought. */
  readonly last: Applied = {
    tick: 0,
    base: null,
    entered: [],
    left: [],
    events: [],
    seatEvents: [],
    receipts: [],
    hashChecked: false,
    partial: false,
    lost: false,
  };
  /**
   * The tick of the last frame that was applied, also while a keyframe is needed: up to there, receipts and events have
   * been told, and are not told again. To be given with `resync`.
   */
  told: number | null = null;
  private live: boolean[] = [];
  private readonly tables: Table[];
  private readonly scratch: number[] = [];
  private readonly numbers: number[] = [];

  constructor(readonly schema: Schema) {
    this.tables = schema.components.map((component) => new Table(component));
    this.seat = new Int32Array(schema.seat.length);
  }

  /** The entities in view, ascending. */
  ids(): number[] {
    const ids: number[] = [];
    for (let id = 0; id < this.live.length; id++) if (this.live[id]) ids.push(id);
    return ids;
  }

  /** Whether the entity is in view. */
  contains(id: number): boolean {
    return this.live[id] === true;
  }

  /** Whether the entity has the component at that place of the schema. */
  has(id: number, place: number): boolean {
    return this.tables[place].has(id);
  }

  /** One column of a component; 0 where the entity does not have it. */
  cell(id: number, place: number, column: number): number {
    return this.tables[place].cell(id, column);
  }

  /** All columns of a component, or `null` where the entity does not have it. */
  values(id: number, place: number): number[] | null {
    return this.tables[place].row(id);
  }

  /** Hash of the state, as servers compute it; without a meaning while a keyframe is needed. */
  hash(): number {
    let sum = 0;
    const row = new RowHash();
    for (let id = 0; id < this.live.length; id++) {
      if (!this.live[id]) continue;
      let rows = 0;
      for (let place = 0; place < this.tables.length; place++) {
        const table = this.tables[place];
        if (!table.has(id)) continue;
        row.begin(place);
        // What moves counts as where it would have been at tick 0, so that going on changes nothing.
        const ticks = table.motion ? this.last.tick : 0;
        for (let column = 0; column < table.columns; column++) {
          const velocity = table.motion && column < 2 ? table.cell(id, column + 2) : 0;
          row.word(table.cell(id, column) - Math.imul(velocity, ticks));
        }
        rows = (rows + row.finish()) | 0;
      }
      sum = (sum + entityHash(id, rows)) | 0;
    }
    return sum >>> 0;
  }

  /** Takes only a keyframe next, as after an error: for when the stream is known to start anew. */
  forget(): void {
    this.tick = null;
    this.told = null;
  }

  /** Applies one frame (view part and seat part, as received). Throws a {@link FrameError}; a keyframe then heals. */
  apply(frame: Uint8Array): Applied {
    try {
      this.tryApply(new Reader(frame));
      return this.last;
    } catch (error) {
      this.tick = null;
      throw error;
    }
  }

  private tryApply(reader: Reader): void {
    const header = readHeader(reader);
    this.begin(header);
    if (header.left) this.leave(reader);
    this.components(reader, false, header.relative);
    if (header.entered) {
      this.enter(reader);
      this.components(reader, true, false);
    }
    if (header.events) readEvents(reader, header.tick, this.last.events);
    this.seatPart(reader, header);
    if (reader.remaining > 0) {
      throw new FrameError("trailing", `${reader.remaining} bytes are left after the end of the frame`);
    }
    if (header.hash !== null) {
      const ours = this.hash();
      if (ours !== header.hash) {
        const [a, b] = [ours.toString(16), header.hash.toString(16)];
        throw new FrameError("hash", `the state hashes to ${a}, the server's to ${b}`);
      }
      this.last.hashChecked = true;
    }
    this.tick = header.tick;
    this.forgetTold(header.tick);
  }

  /** Drops what was told before: a keyframe repeats what the server can't know to have arrived. */
  private forgetTold(tick: number): void {
    const { last, told } = this;
    if (told !== null) {
      for (const list of [last.events, last.seatEvents, last.receipts] as { tick: number }[][]) {
        let kept = 0;
        for (const entry of list) if (entry.tick > told) list[kept++] = entry;
        list.length = kept;
      }
    }
    this.told = Math.max(told ?? 0, tick);
  }

  private begin(header: Header): void {
    const last = this.last;
    last.tick = header.tick;
    last.base = header.base;
    last.hashChecked = false;
    last.partial = header.partial;
    last.lost = false;
    for (const list of [last.entered, last.left, last.events, last.seatEvents, last.receipts]) list.length = 0;
    if (header.base === null) {
      for (const id of this.ids()) last.left.push(id);
      this.live.length = 0;
      for (const table of this.tables) table.clear();
      this.seat.fill(0);
      this.appliedSeq = 0;
    } else if (header.base !== this.tick) {
      throw new FrameError("base", `the frame builds on tick ${header.base}, the mirror holds ${this.tick ?? "none"}`);
    } else {
      for (const table of this.tables) table.advance(header.tick - header.base);
    }
  }

  private leave(reader: Reader): void {
    readIds(reader, this.last.left, "left");
    for (const id of this.last.left) {
      if (!this.live[id]) throw entityFault(id, "leaves without being there");
      this.live[id] = false;
      for (const table of this.tables) table.remove(id);
    }
  }

  private enter(reader: Reader): void {
    readIds(reader, this.last.entered, "entered");
    for (const id of this.last.entered) {
      while (this.live.length <= id) this.live.push(false);
      if (this.live[id]) throw entityFault(id, "enters twice");
      this.live[id] = true;
    }
  }

  /** Sections: what changed of those who stayed, as differences where `relative`, or all that newcomers have. */
  private components(reader: Reader, newcomers: boolean, relative: boolean): void {
    let above = 0;
    for (;;) {
      const first = reader.u8("section");
      if (first === 0) return;
      const place = first & SECTION_PLACE;
      if (place <= above || place > this.tables.length) throw outOfRange("section", first);
      above = place;
      const table = this.tables[place - 1];
      let ids = this.scratch;
      if (newcomers && (first & SECTION_LISTED) === 0) {
        ids = this.last.entered;
      } else {
        if (!newcomers && (first & SECTION_REMOVED) !== 0) {
          readIds(reader, ids, "removed");
          // A component that came and went between base and tick was never here: that is no error.
          for (const id of ids) table.remove(id);
        }
        readIds(reader, ids, "rows");
      }
      for (const id of ids) {
        if (!this.live[id]) throw entityFault(id, "changes without being there");
        table.add(id);
      }
      readValues(reader, ids.length, table.columns, first, table.unsigned && !relative, this.numbers);
      let at = 0;
      for (let column = 0; column < table.columns; column++) {
        for (const id of ids) table.put(id, column, this.numbers[at++], relative);
      }
    }
  }

  private seatPart(reader: Reader, header: Header): void {
    const { last } = this;
    const flags = reader.u8("seat flags");
    const is = (flag: number) => (flags & flag) !== 0;
    if (flags >= 2 * SEAT_LOST) throw outOfRange("seat flags", flags);
    if (is(SEAT_APPLIED)) this.appliedSeq = reader.u32("applied sequence");
    if (is(SEAT_COLUMNS)) {
      const mask = reader.u32("seat columns");
      if (mask >= 2 ** this.seat.length) throw outOfRange("seat columns", mask);
      for (let place = 0; place < this.seat.length; place++) {
        if (((mask >>> place) & 1) === 1) this.seat[place] = reader.i32("seat column");
      }
    }
    if (is(SEAT_RECEIPTS)) readReceipts(reader, header.tick, last.receipts);
    if (is(SEAT_EVENTS)) readEvents(reader, header.tick, last.seatEvents);
    if (is(SEAT_MISSED)) {
      // They are older than what the view part told.
      const newer = last.events.splice(0);
      readEvents(reader, header.tick, last.events);
      for (const event of newer) last.events.push(event);
    }
    last.lost = is(SEAT_LOST);
  }
}

function entityFault(id: number, what: string): FrameError {
  return new FrameError("entity", `entity ${id} ${what}`);
}
