import type { ComponentSpec } from "./schema";

/** The rows of one component by entity id. Grows by doubling; a row that is not there reads as zeros. */
export class Table {
  readonly columns: number;
  readonly motion: boolean;
  readonly unsigned: boolean;
  private present = new Uint8Array(64);
  private values: Int32Array;

  constructor(spec: ComponentSpec) {
    this.columns = spec.columns.length;
    this.motion = spec.motion === true;
    this.unsigned = spec.unsigned === true;
    this.values = new Int32Array(64 * this.columns);
  }

  has(id: number): boolean {
    return this.present[id] === 1;
  }

  /** 0 where the row is not there. */
  cell(id: number, column: number): number {
    return this.present[id] === 1 ? this.values[id * this.columns + column] : 0;
  }

  row(id: number): number[] | null {
    if (this.present[id] !== 1) return null;
    return Array.from(this.values.subarray(id * this.columns, (id + 1) * this.columns));
  }

  /** Makes a row of zeros where there was none. */
  add(id: number): void {
    if (id >= this.present.length) this.grow(id + 1);
    this.present[id] = 1;
  }

  /** Puts one value of a row that is there, as a frame tells it; wraps at 32 bits. */
  put(id: number, column: number, value: number, relative: boolean): void {
    const { values } = this;
    const at = id * this.columns + column;
    if (!relative) {
      values[at] = value;
    } else if (this.motion && column >= 2) {
      // The place is counted from where the new velocity leads.
      values[at - 2] += value - values[at];
      values[at] = value;
    } else {
      values[at] += value;
    }
  }

  /** Moves every row on by its velocity, `ticks` times. Rows that are not there are zeros and stay zeros. */
  advance(ticks: number): void {
    if (!this.motion) return;
    const { values } = this;
    for (let at = 0; at < values.length; at += 4) {
      values[at] += Math.imul(values[at + 2], ticks);
      values[at + 1] += Math.imul(values[at + 3], ticks);
    }
  }

  remove(id: number): void {
    if (this.present[id] !== 1) return;
    this.present[id] = 0;
    this.values.fill(0, id * this.columns, (id + 1) * this.columns);
  }

  clear(): void {
    this.present.fill(0);
    this.values.fill(0);
  }

  private grow(rows: number): void {
    let size = this.present.length;
    while (size < rows) size *= 2;
    const [present, values] = [new Uint8Array(size), new Int32Array(size * this.columns)];
    present.set(this.present);
    values.set(this.values);
    [this.present, this.values] = [present, values];
  }
}
