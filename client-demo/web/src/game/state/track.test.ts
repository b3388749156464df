import { expect, it } from "vitest";
import { Track } from "./track";

const at = (track: Track, tick: number) => {
  track.sample(tick);
  return [track.x, track.y];
};

it("a unit that walks is drawn between two ticks", () => {
  const track = new Track(10, 1, 1, 1, 0);
  track.push(11, 10, 2, 1, 1, 0);
  expect(at(track, 10.5)).toEqual([1.5, 1]);
  expect(at(track, 12)).toEqual([2, 1]);
});

it("a unit that stood and now walks does not creep beforehand", () => {
  const track = new Track(10, 1, 1);
  track.push(30, 29, 3, 1);
  expect(at(track, 29)).toEqual([1, 1]);
  expect(at(track, 29.5)).toEqual([2, 1]);
});

it("a merged frame spreads its way over the ticks it covers", () => {
  const track = new Track(10, 0, 0, 1, 0);
  track.push(11, 10, 1, 0, 1, 0);
  track.push(15, 11, 5, 0, 1, 0);
  expect(at(track, 13)).toEqual([3, 0]);
});

it("a correction fades in over a few ticks and no drawn step is longer for it than half as much again", () => {
  const track = new Track(0, 0, 0, 0.2, 0);
  let [x, y] = [0, 0];
  // At tick 5 it turns out to walk south since tick 4, and to be a little off.
  for (let tick = 1; tick <= 12; tick++) {
    if (tick < 5) track.push(tick, tick - 1, tick * 0.2, 0, 0.2, 0);
    else track.push(tick, tick - 1, 0.85, (tick - 4) * 0.2, 0, 0.2);
    const [wasX, wasY] = [x, y];
    [x, y] = at(track, tick);
    expect(Math.hypot(x - wasX, y - wasY)).toBeLessThan(0.3);
  }
  expect(Math.hypot(x - 0.85, y - 1.6)).toBeLessThan(0.01);
});

it("who stops overshoots by less than a step and comes back to where it stands", () => {
  const track = new Track(0, 0, 0, 0.2, 0);
  for (let tick = 1; tick <= 10; tick++) track.push(tick, tick - 1, Math.min(tick, 3) * 0.2, 0, tick < 3 ? 0.2 : 0, 0);
  for (let tick = 3; tick <= 10; tick += 0.25) expect(at(track, tick)[0]).toBeLessThan(0.8);
  expect(at(track, 10)[0]).toBeCloseTo(0.6, 2);
});

it("what is suddenly elsewhere is drawn there at once", () => {
  const track = new Track(0, 0, 0);
  track.push(1, 0, 20, 5);
  expect(at(track, 1)).toEqual([20, 5]);
});

it("what enters stands where it entered, also for the ticks before", () => {
  const track = new Track(10, 7, 7);
  expect(at(track, 8.5)).toEqual([7, 7]);
});
