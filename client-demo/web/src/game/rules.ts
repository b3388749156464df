/** The generated tables under the names the game uses: places of the schema, kinds by number. */
import { KINDS, SCHEMA, STATS } from "../generated/rules";

export { CARGO, QUEUE_LIMIT, RATE, REJECTS, SCHEMA, STATS, TILE } from "../generated/rules";

const place = (name: string): number => SCHEMA.components.findIndex((component) => component.name === name);

export const UNIT = place("unit");
export const POSITION = place("position");
export const HEALTH = place("health");
export const TASK = place("task");
export const SITE = place("site");
export const DEPOSIT = place("deposit");
export const QUEUE = place("queue");
export const RALLY = place("rally");

const kind = (name: string): number => (KINDS as readonly string[]).indexOf(name);

export const KIND_KEEP = kind("keep");
export const KIND_BARRACKS = kind("barracks");
export const KIND_WORKER = kind("worker");
export const KIND_SPEAR = kind("spear");
export const KIND_BOW = kind("bow");
export const KIND_ORE = kind("ore");

export const DOING_IDLE = 0;
export const DOING_MOVING = 1;
export const DOING_GATHERING = 2;
export const DOING_HAULING = 3;
export const DOING_BUILDING = 4;
export const DOING_ATTACKING = 5;

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

// The kinds of events; see PROTOCOL.md, "Schema".
export const EVENT_SHOT = 1;
export const EVENT_HIT = 2;
export const EVENT_FELL = 3;
export const EVENT_TRAINED = 4;
export const EVENT_BUILT = 5;
export const EVENT_ALARM = 6;
export const EVENT_EXHAUSTED = 7;
export const EVENT_DEFEATED = 8;

/** In words for the player, by the number of `doing`. */
export const DOING_NAMES = ["Idle", "On the move", "Digging ore", "Hauling ore", "Building", "Fighting"] as const;
