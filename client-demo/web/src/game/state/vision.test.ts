import { expect, it } from "vitest";
import { KIND_BARRACKS, KIND_KEEP, KIND_ORE, KIND_WORKER, STATS } from "../rules";
import { open, show, start } from "./fixture";
import { freeTiles } from "./placement";
import { Vision } from "./vision";
import { World } from "./world";

const worker = (x: number, y: number) => ({ id: 1, kind: KIND_WORKER, owner: 0, x, y });
const NONE: ReadonlySet<number> = new Set();

it("sight is a disc around the tile a unit stands on", () => {
  const world = open(40, 40);
  const vision = new Vision(world);
  show(world, 1, [worker(20.9, 20.1)]);
  vision.update(NONE);
  const { sight } = STATS[KIND_WORKER];
  expect(vision.sees(20 + sight, 20)).toBe(true);
  expect(vision.sees(20 + sight + 1, 20)).toBe(false);
  expect(vision.sees(20 + sight, 21)).toBe(false);
  const tiles = vision.visible.filter((_, n) => ((n % 40) - 20) ** 2 + (Math.floor(n / 40) - 20) ** 2 <= sight ** 2);
  expect(vision.visibleCount).toBe(tiles.length);
});

it("enemies lend no sight, and what was seen stays explored", () => {
  const world = open(60, 20);
  const vision = new Vision(world);
  show(world, 1, [worker(8, 8), { id: 2, kind: KIND_KEEP, owner: 1, x: 40.5, y: 8.5 }]);
  vision.update(NONE);
  expect(vision.sees(40, 8)).toBe(false);
  show(world, 2, [worker(30, 8)]);
  vision.update(NONE);
  expect(vision.sees(8, 8)).toBe(false);
  expect(vision.explored[8 * 60 + 8]).toBe(1);
});

it("a building that goes out of view leaves a ghost until its place is seen again", () => {
  const world = open(60, 20);
  const vision = new Vision(world);
  const keep = { id: 2, kind: KIND_KEEP, owner: 1, x: 14.5, y: 8.5 };
  show(world, 1, [worker(10, 8), keep, { id: 3, kind: KIND_ORE, owner: -1, x: 8, y: 6 }]);
  vision.update(NONE);
  show(world, 2, [worker(40, 8)]);
  vision.update(NONE);
  expect([...vision.ghosts.values()].map(({ kind }) => kind)).toEqual([KIND_KEEP, KIND_ORE]);
  show(world, 3, [worker(10, 8)]);
  vision.update(NONE);
  expect(vision.ghosts.size).toBe(0);
});

it("what fell leaves no ghost", () => {
  const world = open(60, 20);
  const vision = new Vision(world);
  show(world, 1, [worker(10, 8), { id: 2, kind: KIND_BARRACKS, owner: 1, x: 16.5, y: 8.5 }]);
  vision.update(NONE);
  show(world, 2, [worker(40, 8)]);
  vision.update(new Set([2]));
  expect(vision.ghosts.size).toBe(0);
});

it("what was explored survives a reload, and a dump of another map is ignored", () => {
  const world = open(40, 40);
  const vision = new Vision(world);
  show(world, 1, [worker(20, 20)]);
  vision.update(NONE);
  const after = new Vision(open(40, 40));
  after.restore(vision.dump());
  expect(after.exploredCount).toBe(vision.exploredCount);
  const other = new Vision(open(10, 10));
  other.restore(vision.dump());
  other.restore("not base64!");
  expect(other.exploredCount).toBe(0);
});

it("a building fits on open ground in view only", () => {
  const world = new World(start(["........", "........", "......##", "........", "........"]));
  const vision = new Vision(world);
  show(world, 1, [worker(1, 1), { id: 2, kind: KIND_ORE, owner: -1, x: 5, y: 1 }]);
  vision.update(NONE);
  const free = (x: number, y: number) => freeTiles(world, vision, KIND_BARRACKS, x, y).every(Boolean);
  expect(free(0, 0)).toBe(true);
  expect(free(2, 0)).toBe(false);
  expect(free(5, 2)).toBe(false);
  expect(free(-1, 0)).toBe(false);
});
