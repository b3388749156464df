/**
 * Which tick to draw now. Plays a little behind the newest frame, farther when frames arrive unevenly, and never
 * jumps while the link is sound: it only runs slightly faster or slower. Reads no clock itself.
 */

/** Ticks behind the newest frame on an even link: one to interpolate towards, half for unevenness. */
const BEHIND = 1.5;
/** Most ticks behind that an uneven link may cost. */
const BEHIND_MAX = 6;
/** Frames that the estimate looks back on: two seconds' worth. */
const WINDOW = 40;
/** Ticks off the mark at which running faster would take too long, so that it jumps. */
const JUMP = 10;
/** Part of the error made good in each second of playback. */
const PULL = 2.5;
/** Most that playback runs faster or slower than the match. */
const PULL_MAX = 0.25;

export class Playback {
  /** The tick drawn now, with its fraction. */
  tick = 0;
  private offsets: number[] = [];
  private newest = 0;
  private running = false;

  /** `period` is the length of a tick in milliseconds. */
  constructor(private period: number) {}

  /** A frame of `tick` arrived at `now`. */
  arrived(tick: number, now: number): void {
    if (tick < this.newest) this.restart();
    this.newest = tick;
    this.offsets.push(now - tick * this.period);
    if (this.offsets.length > WINDOW) this.offsets.shift();
    if (!this.running) {
      this.running = true;
      this.tick = tick - BEHIND;
    }
  }

  /** The stream starts anew: the next frame says where. */
  restart(): void {
    this.offsets = [];
    this.newest = 0;
    this.running = false;
  }

  /** Moves on by `elapsed` milliseconds to `now` and returns the tick to draw. Stands still when frames stop coming. */
  advance(now: number, elapsed: number): number {
    if (!this.running) return this.tick;
    const target = this.target(now);
    const error = target - this.tick;
    if (Math.abs(error) > JUMP) {
      this.tick = target;
    } else {
      const pull = Math.max(-PULL_MAX, Math.min(PULL_MAX, error * PULL * 0.1));
      this.tick += (elapsed / this.period) * (1 + pull);
    }
    this.tick = Math.min(this.tick, this.newest);
    return this.tick;
  }

  private target(now: number): number {
    const count = this.offsets.length;
    const mean = this.offsets.reduce((sum, offset) => sum + offset, 0) / count;
    const spread = Math.sqrt(this.offsets.reduce((sum, offset) => sum + (offset - mean) ** 2, 0) / count);
    const behind = Math.min(BEHIND_MAX, BEHIND + (2 * spread) / this.period);
    // After a pause of the stream old offsets mislead until the window has passed: the newest frame bounds them.
    return Math.min((now - mean) / this.period - behind, this.newest);
  }
}
