import { expect, it } from "vitest";
import { Track } from "./track";

const at = (track: Track, tick: number) => {
  track.sample(tick);
  return [track.x, track.y];
};

it("a unit that walks is drawn between two ticks", () => {
  const track = new Track(10, 1, 1);
  track.push(11, 10, 2, 1);
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
  const track = new Track(10, 0, 0);
  track.push(11, 10, 1, 0);
  track.push(15, 11, 5, 0);
  expect(at(track, 13)).toEqual([3, 0]);
});

it("what enters stands where it entered, also for the ticks before", () => {
  const track = new Track(10, 7, 7);
  expect(at(track, 8.5)).toEqual([7, 7]);
});
