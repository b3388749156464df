/** A rate over a sliding window: what has been counted in the last seconds, a second. */
export class Rate {
  private readonly samples: { at: number; amount: number }[] = [];
  private sum = 0;

  /** `windowMs` is the length of the window. */
  constructor(private readonly windowMs = 2_000) {}

  add(at: number, amount: number): void {
    this.samples.push({ at, amount });
    this.sum += amount;
    this.trim(at);
  }

  /** Per second, as of `now` (milliseconds). */
  perSecond(now: number): number {
    this.trim(now);
    return (this.sum * 1_000) / this.windowMs;
  }

  private trim(now: number): void {
    while (this.samples.length > 0 && this.samples[0].at <= now - this.windowMs) {
      this.sum -= this.samples.shift()!.amount;
    }
  }
}
