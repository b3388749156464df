/** A small match for tests: a map as lines of text and entities as rows. */
import type { Start } from "../../generated/messages";
import type { Applied, Mirror } from "../../sync/mirror";
import { HEALTH, POSITION, SITE, TILE, UNIT } from "../rules";
import { World } from "./world";

export interface Row {
  id: number;
  kind: number;
  owner: number;
  /** In tiles. */
  x: number;
  y: number;
  site?: number;
}

/** Two seats of two teams; the player has seat 0. */
export function start(lines: string[]): Start {
  return {
    match: "m",
    epoch: 1,
    seat: 0,
    rate: 20,
    applied: 0,
    seats: [
      { name: "Ann", team: 0, computer: false },
      { name: "Ben", team: 1, computer: false },
    ],
    map: { width: lines[0].length, height: lines.length, tiles: lines.join("") },
  };
}

export function open(width: number, height: number): World {
  return new World(start(Array.from({ length: height }, () => ".".repeat(width))));
}

/** Shows the world a frame after which exactly these rows are in view. */
export function show(world: World, tick: number, rows: Row[], base: number | null = tick - 1): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const before = [...world.entities.keys()];
  const columns = (row: Row): Record<number, number[] | undefined> => ({
    [UNIT]: [row.kind, row.owner],
    [POSITION]: [row.x * TILE, row.y * TILE],
    [HEALTH]: [10],
    [SITE]: row.site === undefined ? undefined : [row.site],
  });
  const values = (id: number, place: number) => columns(byId.get(id)!)[place] ?? null;
  const mirror = {
    seat: [200, 1, 20],
    ids: () => [...byId.keys()],
    contains: (id: number) => byId.has(id),
    has: (id: number, place: number) => values(id, place) !== null,
    cell: (id: number, place: number, column: number) => values(id, place)?.[column] ?? 0,
    values,
  } as unknown as Mirror;
  const left = base === null ? before : before.filter((id) => !byId.has(id));
  world.apply({ tick, base, left } as Applied, mirror);
}
