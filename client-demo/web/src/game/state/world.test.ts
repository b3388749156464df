import { expect, it } from "vitest";
import { KIND_SPEAR } from "../rules";
import { open, show } from "./fixture";

const spear = (id: number, x: number) => ({ id, kind: KIND_SPEAR, owner: 0, x, y: 5 });

it("a keyframe in the middle of a match does not replace what it names again", () => {
  const world = open(40, 10);
  show(world, 1, [spear(1, 5), spear(2, 8)]);
  const [first, second] = [world.entities.get(1)!, world.entities.get(2)!];
  show(world, 9, [spear(1, 6), spear(2, 30)], null);
  expect(world.entities.get(1)).toBe(first);
  expect(world.entities.get(2)).not.toBe(second);
  expect(world.gone).toEqual([second]);
});

it("what left is told with what it was", () => {
  const world = open(40, 10);
  show(world, 1, [spear(1, 5), spear(2, 8)]);
  show(world, 2, [spear(1, 5)]);
  expect(world.gone.map(({ id, x }) => [id, x])).toEqual([[2, 8]]);
  expect(world.mine()).toHaveLength(1);
});
