import { describe, expect, it } from "vitest";
import { KIND_BARRACKS, KIND_ORE, KIND_SPEAR, KIND_WORKER } from "../rules";
import { open, show } from "./fixture";
import { contextOrder, move } from "./orders";
import type { Entity } from "./world";

describe("a right click", () => {
  const world = open(20, 20);
  show(world, 1, [
    { id: 1, kind: KIND_WORKER, owner: 0, x: 2, y: 2 },
    { id: 2, kind: KIND_SPEAR, owner: 0, x: 3, y: 2 },
    { id: 3, kind: KIND_BARRACKS, owner: 0, x: 5.5, y: 5.5 },
    { id: 4, kind: KIND_SPEAR, owner: 1, x: 9, y: 9 },
    { id: 5, kind: KIND_ORE, owner: -1, x: 12, y: 12 },
    { id: 6, kind: KIND_BARRACKS, owner: 0, x: 15.5, y: 15.5, site: 100 },
  ]);
  const at = (id: number) => world.entities.get(id)!;
  const ask = (ids: number[], target: number | null) => {
    const chosen = ids.map(at);
    const units = chosen.filter(({ kind }) => kind !== KIND_BARRACKS);
    const workers = units.filter(({ kind }) => kind === KIND_WORKER);
    const buildings = chosen.filter(({ kind }) => kind === KIND_BARRACKS);
    return contextOrder(world, { units, workers, buildings }, target === null ? null : at(target), 8, 8.5)?.actions;
  };

  it("on open ground is a walk", () => {
    expect(ask([1, 2], null)).toEqual([{ type: "move", units: [1, 2], x: 2048, y: 2176 }]);
  });

  it("on an enemy is an attack", () => {
    expect(ask([1, 2], 4)).toEqual([{ type: "attack", units: [1, 2], target: 4 }]);
  });

  it("on ore sends workers to dig and the others along", () => {
    expect(ask([1, 2], 5)).toEqual([
      { type: "gather", units: [1], target: 5 },
      { type: "move", units: [2], x: 2048, y: 2176 },
    ]);
    expect(ask([2], 5)).toEqual([{ type: "move", units: [2], x: 2048, y: 2176 }]);
  });

  it("on an unfinished building sends workers to help, on a finished one there", () => {
    expect(ask([1], 6)).toEqual([{ type: "help", units: [1], target: 6 }]);
    expect(ask([1], 3)).toEqual([{ type: "move", units: [1], x: 2048, y: 2176 }]);
  });

  it("with only buildings selected sets where their units gather", () => {
    expect(ask([3], null)).toEqual([{ type: "rally", building: 3, x: 2048, y: 2176 }]);
    expect(ask([], null)).toBeUndefined();
  });
});

it("more than 200 units are told in parts", () => {
  const crowd = Array.from({ length: 450 }, (_, id) => ({ id }) as Entity);
  const sizes = move(crowd, 1, 1, true).actions.map((action) => (action.type === "move" ? action.units.length : 0));
  expect(sizes).toEqual([200, 200, 50]);
});
