/**
 * Where one entity was at the last few ticks, in tiles, so that it can be drawn between them. Reads no clock: the
 * caller says which tick, fractions included, it draws.
 */

/** Ticks kept: more than playback ever lies behind. */
const KEEP = 24;

export class Track {
  private readonly ticks: number[];
  private readonly xs: number[];
  private readonly ys: number[];
  /** Written by {@link sample}. */
  x: number;
  /** Written by {@link sample}. */
  y: number;

  constructor(tick: number, x: number, y: number) {
    [this.ticks, this.xs, this.ys] = [[tick], [x], [y]];
    [this.x, this.y] = [x, y];
  }

  /** It stands at x, y as of `tick`. Until `base`, the last tick known before, it stood where it was. */
  push(tick: number, base: number, x: number, y: number): void {
    const end = this.ticks.length - 1;
    if (tick <= this.ticks[end]) {
      [this.xs[end], this.ys[end]] = [x, y];
      return;
    }
    if (this.xs[end] === x && this.ys[end] === y) return;
    // Without this, something that stood for a second and now walks would seem to have crept along all the while.
    if (base > this.ticks[end]) this.add(base, this.xs[end], this.ys[end]);
    this.add(tick, x, y);
    while (this.ticks.length > 2 && this.ticks[1] < tick - KEEP) {
      this.ticks.shift();
      this.xs.shift();
      this.ys.shift();
    }
  }

  /** Sets {@link x} and {@link y} to where it was at `at`; before the first tick known, to where it came into view. */
  sample(at: number): void {
    let after = this.ticks.length - 1;
    if (at >= this.ticks[after]) {
      [this.x, this.y] = [this.xs[after], this.ys[after]];
      return;
    }
    while (after > 0 && this.ticks[after - 1] > at) after -= 1;
    if (after === 0) {
      [this.x, this.y] = [this.xs[0], this.ys[0]];
      return;
    }
    const before = after - 1;
    const part = (at - this.ticks[before]) / (this.ticks[after] - this.ticks[before]);
    this.x = this.xs[before] + (this.xs[after] - this.xs[before]) * part;
    this.y = this.ys[before] + (this.ys[after] - this.ys[before]) * part;
  }

  /** Forgets how it got to x, y. */
  reset(tick: number, x: number, y: number): void {
    this.ticks.length = this.xs.length = this.ys.length = 0;
    this.add(tick, x, y);
  }

  private add(tick: number, x: number, y: number): void {
    this.ticks.push(tick);
    this.xs.push(x);
    this.ys.push(y);
  }
}
