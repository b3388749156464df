import { expect, it } from "vitest";
import { Playback } from "./playback";

/** Plays frames that arrive at the given times while drawing every 10 ms; returns (drawn tick, newest tick) pairs. */
function run(arrivals: [tick: number, at: number][], until: number): { at: number; drawn: number; newest: number }[] {
  const playback = new Playback(50);
  const seen = [];
  let newest = 0;
  const left = [...arrivals];
  for (let now = 0; now <= until; now += 10) {
    while (left.length > 0 && left[0][1] <= now) {
      [newest] = left[0];
      playback.arrived(...left.shift()!);
    }
    if (newest > 0) seen.push({ at: now, drawn: playback.advance(now, 10), newest });
  }
  return seen;
}

const even = (from: number, to: number, shift = 0) =>
  Array.from({ length: to - from }, (_, n): [number, number] => [from + n, (from + n) * 50 + shift]);

it("plays about a tick and a half behind an even stream", () => {
  const late = run(even(1, 100), 4_900).filter(({ at }) => at > 1_000);
  for (const { at, drawn } of late) {
    expect(at / 50 - drawn).toBeGreaterThan(1);
    expect(at / 50 - drawn).toBeLessThan(2);
  }
});

it("never runs backwards and never past the newest frame, however unevenly frames come", () => {
  const jitter = even(1, 100).map(([tick, at], n): [number, number] => [tick, at + ((n * 37) % 60)]);
  const seen = run(jitter, 5_000);
  for (let n = 1; n < seen.length; n++) {
    expect(seen[n].drawn).toBeGreaterThanOrEqual(seen[n - 1].drawn);
    expect(seen[n].drawn).toBeLessThanOrEqual(seen[n].newest);
  }
});

it("stands still when frames stop, and is back on the mark soon after", () => {
  const seen = run([...even(1, 40), ...even(100, 160)], 8_000);
  const stalled = seen.filter(({ at }) => at > 2_500 && at < 4_900);
  expect(new Set(stalled.map(({ drawn }) => drawn)).size).toBe(1);
  const after = seen.find(({ at }) => at === 6_000)!;
  expect(after.at / 50 - after.drawn).toBeLessThan(3);
});
