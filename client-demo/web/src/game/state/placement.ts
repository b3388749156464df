/** Where a building may stand: open ground in view, as far as the player can know. The server decides. */
import { isMobile, STATS } from "../rules";
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
      free.push(!world.wallAt(tx, ty) && vision.sees(tx, ty) && !occupied(world, tx, ty));
    }
  }
  return free;
}

/** Buildings, deposits, and whoever is not of the player's team. One's own units step aside. */
function occupied(world: World, tx: number, ty: number): boolean {
  for (const entity of world.entities.values()) {
    if (isMobile(entity.kind)) {
      if (world.isEnemy(entity) && Math.floor(entity.x) === tx && Math.floor(entity.y) === ty) return true;
      continue;
    }
    const half = halfSize(entity.kind);
    if (Math.abs(tx + 0.5 - entity.x) < half && Math.abs(ty + 0.5 - entity.y) < half) return true;
  }
  return false;
}
