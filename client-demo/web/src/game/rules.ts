/** The generated tables under the names the game uses: places of the schema, kinds by number. */
import type { Kind } from "../generated/messages";
import { DOING, EVENTS, KINDS, SCHEMA, STATS } from "../generated/rules";

export {
  CARGO,
  MAX_NAME,
  MAX_UNITS,
  PROGRESS_STEP,
  QUEUE_LIMIT,
  RATE,
  REJECTS,
  SCHEMA,
  STATS,
  TILE,
} from "../generated/rules";

const place = (name: string): number => SCHEMA.components.findIndex((component) => component.name === name);

export const UNIT = place("unit");
export const POSITION = place("position");
export const HEALTH = place("health");
export const TASK = place("task");
export const SITE = place("site");
export const DEPOSIT = place("deposit");
export const QUEUE = place("queue");
export const RALLY = place("rally");

const kind = (name: Kind): number => KINDS.indexOf(name);

export const KIND_KEEP = kind("keep");
export const KIND_BARRACKS = kind("barracks");
export const KIND_WORKER = kind("worker");
export const KIND_SPEAR = kind("spear");
export const KIND_BOW = kind("bow");
export const KIND_ORE = kind("ore");

export const DOING_IDLE = DOING.indexOf("idle");
export const DOING_GATHERING = DOING.indexOf("gathering");
export const DOING_BUILDING = DOING.indexOf("building");
export const DOING_ATTACKING = DOING.indexOf("attacking");

export function isBuilding(kind: number): boolean {
  return kind === KIND_KEEP || kind === KIND_BARRACKS;
}

/** What moves on its own. */
export function isMobile(kind: number): boolean {
  return kind === KIND_WORKER || kind === KIND_SPEAR || kind === KIND_BOW;
}

export function maxHp(kind: number): number {
  return STATS[kind].hp;
}

/** The kinds that a building of this kind trains. */
export function trainedIn(kind: number): number[] {
  const name = STATS[kind].kind;
  return STATS.flatMap((stats, number) => (stats.trainedIn === name ? [number] : []));
}

export const {
  shot: EVENT_SHOT,
  hit: EVENT_HIT,
  fell: EVENT_FELL,
  trained: EVENT_TRAINED,
  built: EVENT_BUILT,
  alarm: EVENT_ALARM,
  exhausted: EVENT_EXHAUSTED,
  defeated: EVENT_DEFEATED,
} = EVENTS;

/** In words for the player, by the number of `doing`. */
export const DOING_NAMES = ["Idle", "On the move", "Digging ore", "Hauling ore", "Building", "Fighting"] as const;
