/** Where a building may stand, as far as the player can know. The server decides. */
import { isBuilding, KIND_ORE, STATS } from "../rules";
import type { Vision } from "./vision";
import { halfSize, type World } from "./world";

/** The tile of the north-west corner of a building whose centre is nearest to the point (tiles). */
export function cornerAt(kind: number, x: number, y: number): { x: number; y: number } {
  const { size } = STATS[kind];
  return { x: Math.round(x - size / 2), y: Math.round(y - size / 2) };
}

/** For each tile of the footprint, row by row, whether it is free. */
export function freeTiles(world: World, vision: Vision, kind: number, x: number, y: number): boolean[] {
  const { size } = STATS[kind];
  const free: boolean[] = [];
  for (let ty = y; ty < y + size; ty++) {
    for (let tx = x; tx < x + size; tx++) {
      free.push(!world.wallAt(tx, ty) && vision.knows(tx, ty) && !occupied(world, vision, tx, ty));
    }
  }
  return free;
}

function occupied(world: World, vision: Vision, tx: number, ty: number): boolean {
  for (const entity of world.entities.values()) if (stands(entity, tx, ty)) return true;
  for (const ghost of vision.ghosts.values()) if (stands(ghost, tx, ty)) return true;
  return false;
}

function stands(thing: { kind: number; x: number; y: number }, tx: number, ty: number): boolean {
  if (!isBuilding(thing.kind) && thing.kind !== KIND_ORE) return false;
  const half = halfSize(thing.kind);
  return Math.abs(tx + 0.5 - thing.x) < half && Math.abs(ty + 0.5 - thing.y) < half;
}
