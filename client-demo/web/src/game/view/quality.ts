/** Decides how many pixels to draw: fewer when the machine can't keep up, so that motion stays smooth. Reads no clock. */

/** Average milliseconds between frames above which fewer pixels are drawn. */
const SLOW_MS = 38;
/** Average milliseconds above which it goes to the fewest at once. */
const CRAWL_MS = 110;
/** Milliseconds that an average is taken over, and the fewest frames it takes. */
const WINDOW_MS = 1_000;
const FRAMES = 4;
/** Each step down multiplies the resolution by this. */
const STEP = 0.72;
/** The fewest pixels for each CSS pixel, along each axis. */
const LEAST = 0.5;

export class Quality {
  private sum = 0;
  private count = 0;

  /** `renderer` is the name the graphics driver gives itself. A driver that draws on the processor starts at the fewest. */
  constructor(
    public resolution: number,
    renderer: string,
  ) {
    if (/swiftshader|llvmpipe|software/i.test(renderer)) this.resolution = LEAST;
  }

  /** A frame took `elapsedMs`; true when the resolution has just been lowered. */
  sample(elapsedMs: number): boolean {
    this.sum += elapsedMs;
    this.count += 1;
    if (this.count < FRAMES || this.sum < WINDOW_MS) return false;
    const average = this.sum / this.count;
    this.sum = this.count = 0;
    if (average < SLOW_MS || this.resolution <= LEAST) return false;
    this.resolution = average > CRAWL_MS ? LEAST : Math.max(LEAST, this.resolution * STEP);
    return true;
  }
}
