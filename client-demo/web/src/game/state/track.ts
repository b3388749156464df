/**
 * Where one entity was at the last few ticks, in tiles, so that it can be drawn between them. Reads no clock: the
 * caller says which tick, fractions included, it draws.
 *
 * Who walks is foreseen, by client and server alike, until the server says otherwise. What it then says shows over a few
 * ticks instead of at once: the drawn place goes on from where it was and the difference fades.
 */

/** Ticks kept: more than playback ever lies behind. */
const KEEP = 24;
/** Part of a difference that is left after each tick: after four it can't be seen. */
const FADE = 0.55;
/** Tiles beyond which a difference is no correction but another place: it shows at once. */
const JUMP = 1;
/** Tiles below which a difference is none. */
const NOTHING = 1 / 512;

export class Track {
  private readonly ticks: number[];
  private readonly xs: number[];
  private readonly ys: number[];
  /** The place told last, what it gains with each tick, and the tick it was told for. */
  private last: { tick: number; x: number; y: number; vx: number; vy: number };
  /** How far what is drawn is off. */
  private offX = 0;
  private offY = 0;
  /** Written by {@link sample}. */
  x: number;
  /** Written by {@link sample}. */
  y: number;

  constructor(tick: number, x: number, y: number, vx = 0, vy = 0) {
    this.last = { tick, x, y, vx, vy };
    [this.ticks, this.xs, this.ys] = [[tick], [x], [y]];
    [this.x, this.y] = [x, y];
  }

  /**
   * It is at x, y as of `tick` and gains vx, vy with each tick. Until `base`, the last tick known before, it was where
   * it was going to be.
   */
  push(tick: number, base: number, x: number, y: number, vx = 0, vy = 0): void {
    this.correct(tick, x, y);
    this.last = { tick, x, y, vx, vy };
    this.place(tick, base, x + this.offX, y + this.offY);
  }

  /** Keeps the drawn place going where it would have gone, and lets what that is off by fade. */
  private correct(tick: number, x: number, y: number): void {
    const { last } = this;
    const ticks = Math.max(0, tick - last.tick);
    const fade = FADE ** ticks;
    this.offX = this.offX * fade + last.x + last.vx * ticks - x;
    this.offY = this.offY * fade + last.y + last.vy * ticks - y;
    const off = Math.max(Math.abs(this.offX), Math.abs(this.offY));
    if (off > JUMP || off < NOTHING) [this.offX, this.offY] = [0, 0];
  }

  private place(tick: number, base: number, x: number, y: number): void {
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

  private add(tick: number, x: number, y: number): void {
    this.ticks.push(tick);
    this.xs.push(x);
    this.ys.push(y);
  }
}
