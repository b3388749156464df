/**
 * The match as the player's side sees it: the entities of the mirror under names, who owns them, and where they were.
 * Owns no picture and no selection; ghosts of what was seen before are in `vision.ts`.
 */
import type { MapInfo, SeatInfo, Start } from "../../generated/messages";
import type { Applied, Mirror } from "../../sync/mirror";
import {
  DEPOSIT,
  HEALTH,
  isBuilding,
  KIND_ORE,
  POSITION,
  PROGRESS_STEP,
  QUEUE,
  RALLY,
  SITE,
  STATS,
  TASK,
  TILE,
  UNIT,
} from "../rules";
import { Track } from "./track";

/** One entity in view. Positions and distances are in tiles. */
export interface Entity {
  readonly id: number;
  readonly kind: number;
  /** A seat, or -1. */
  readonly owner: number;
  /** Its centre as of the newest frame. Where to draw it is in `track`. */
  x: number;
  y: number;
  hp: number;
  doing: number;
  cargo: number;
  /** Per mille built, or `null` when finished. */
  site: number | null;
  /** Ore left, or `null` for what is no deposit. */
  amount: number | null;
  queue: { kind: number; waiting: number; progress: number } | null;
  rally: { x: number; y: number } | null;
  readonly track: Track;
}

/** Tiles that an entity may be off after a keyframe and still be taken for the one it was. */
const SAME_WITHIN = 4;

export class World {
  readonly entities = new Map<number, Entity>();
  readonly map: MapInfo;
  readonly seats: readonly SeatInfo[];
  readonly me: number;
  tick = 0;
  ore = 0;
  supply = 0;
  supplyCap = 0;
  /** What the newest frame took out of view, as it was. */
  gone: Entity[] = [];

  constructor(start: Start) {
    this.map = start.map;
    this.seats = start.seats;
    this.me = start.seat;
  }

  get myTeam(): number {
    return this.seats[this.me].team;
  }

  teamOf(owner: number): number | null {
    return owner < 0 ? null : (this.seats[owner]?.team ?? null);
  }

  isMine(entity: Entity): boolean {
    return entity.owner === this.me;
  }

  isEnemy(entity: { owner: number }): boolean {
    return entity.owner >= 0 && this.teamOf(entity.owner) !== this.myTeam;
  }

  mine(): Entity[] {
    return [...this.entities.values()].filter((entity) => entity.owner === this.me);
  }

  wallAt(x: number, y: number): boolean {
    if (x < 0 || y < 0 || x >= this.map.width || y >= this.map.height) return true;
    return this.map.tiles.charCodeAt(y * this.map.width + x) === 35;
  }

  /** Takes over what a frame has changed. */
  apply(applied: Applied, mirror: Mirror): void {
    this.tick = applied.tick;
    [this.ore, this.supply, this.supplyCap] = mirror.seat;
    this.gone = [];
    for (const id of applied.left) {
      const entity = this.entities.get(id);
      // A keyframe names all that was there; what is still there under its old id has not gone.
      if (entity === undefined || (applied.base === null && this.goesOn(entity, mirror))) continue;
      this.gone.push(entity);
      this.entities.delete(id);
    }
    const base = applied.base ?? applied.tick - 1;
    for (const id of mirror.ids()) {
      const x = mirror.cell(id, POSITION, 0) / TILE;
      const y = mirror.cell(id, POSITION, 1) / TILE;
      const vx = mirror.cell(id, POSITION, 2) / TILE;
      const vy = mirror.cell(id, POSITION, 3) / TILE;
      let entity = this.entities.get(id);
      if (entity === undefined) {
        entity = born(id, mirror, new Track(applied.tick, x, y, vx, vy));
        this.entities.set(id, entity);
      }
      entity.track.push(applied.tick, base, x, y, vx, vy);
      refresh(entity, mirror, x, y);
    }
  }

  private goesOn(entity: Entity, mirror: Mirror): boolean {
    const { id } = entity;
    if (!mirror.contains(id)) return false;
    if (mirror.cell(id, UNIT, 0) !== entity.kind || mirror.cell(id, UNIT, 1) !== entity.owner) return false;
    const dx = mirror.cell(id, POSITION, 0) / TILE - entity.x;
    const dy = mirror.cell(id, POSITION, 1) / TILE - entity.y;
    return Math.hypot(dx, dy) < SAME_WITHIN;
  }
}

/** Half the side of the square an entity stands on, in tiles. */
export function halfSize(kind: number): number {
  return STATS[kind].size / 2;
}

/** Whether the point (tiles) lies on the entity, with some slack for fingers and mice. */
export function covers(entity: Entity, x: number, y: number, slack = 0): boolean {
  const dx = Math.abs(entity.track.x - x);
  const dy = Math.abs(entity.track.y - y);
  if (isBuilding(entity.kind) || entity.kind === KIND_ORE) {
    const half = halfSize(entity.kind);
    return dx <= half + slack && dy <= half + slack;
  }
  return Math.hypot(dx, dy) <= 0.45 + slack;
}

function born(id: number, mirror: Mirror, track: Track): Entity {
  const [kind, owner] = [mirror.cell(id, UNIT, 0), mirror.cell(id, UNIT, 1)];
  const blank = { hp: 0, doing: 0, cargo: 0, site: null, amount: null, queue: null, rally: null };
  return { id, kind, owner, x: track.x, y: track.y, ...blank, track };
}

function refresh(entity: Entity, mirror: Mirror, x: number, y: number): void {
  const { id } = entity;
  entity.x = x;
  entity.y = y;
  entity.hp = mirror.cell(id, HEALTH, 0);
  entity.doing = mirror.cell(id, TASK, 0);
  entity.cargo = mirror.cell(id, TASK, 1);
  entity.site = mirror.has(id, SITE) ? mirror.cell(id, SITE, 0) * PROGRESS_STEP : null;
  entity.amount = mirror.has(id, DEPOSIT) ? mirror.cell(id, DEPOSIT, 0) : null;
  const queue = mirror.values(id, QUEUE);
  entity.queue = queue === null ? null : { kind: queue[0], waiting: queue[1], progress: queue[2] * PROGRESS_STEP };
  const rally = mirror.values(id, RALLY);
  entity.rally = rally === null ? null : { x: rally[0] / TILE, y: rally[1] / TILE };
}
