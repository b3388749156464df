/** The rows of one component by entity id. Grows by doubling; a row that is not there reads as zeros. */
export class Table {
  private present = new Uint8Array(64);
  private values: Int32Array;

  constructor(readonly columns: number) {
    this.values = new Int32Array(64 * columns);
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

  /** Writes one column of a row that is there; wraps at 32 bits. */
  set(id: number, column: number, value: number): void {
    this.values[id * this.columns + column] = value;
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
