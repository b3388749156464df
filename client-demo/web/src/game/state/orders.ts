/** What a click means: turns a selection and a target into actions. Sends nothing. */
import type { Action } from "../../generated/messages";
import { isBuilding, KIND_ORE, MAX_UNITS, STATS, TILE } from "../rules";
import type { Entity, World } from "./world";

/** What an order is for, which is also how it is shown. */
export type Purpose = "move" | "attack" | "gather" | "build" | "rally";

export interface Order {
  readonly purpose: Purpose;
  readonly actions: Action[];
}

/** What a right click on a target, or on the ground where `target` is `null`, asks of the selection. */
export function contextOrder(
  world: World,
  selected: { units: Entity[]; workers: Entity[]; buildings: Entity[] },
  target: Entity | null,
  x: number,
  y: number,
): Order | null {
  const { units, workers, buildings } = selected;
  if (units.length === 0) return buildings.length === 0 ? null : rally(buildings, x, y);
  if (target !== null) {
    if (world.isEnemy(target)) return attack(units, target.id);
    const others = units.filter((unit) => !workers.includes(unit));
    if (target.kind === KIND_ORE && workers.length > 0) {
      return withMove("gather", { type: "gather", units: ids(workers), target: target.id }, others, x, y);
    }
    const helps = isBuilding(target.kind) && target.site !== null && world.teamOf(target.owner) === world.myTeam;
    if (helps && workers.length > 0) {
      return withMove("build", { type: "help", units: ids(workers), target: target.id }, others, x, y);
    }
  }
  return move(units, x, y, false);
}

export function move(units: Entity[], x: number, y: number, attacking: boolean): Order {
  const target = fixed(x, y);
  const actions = chunks(units).map((part): Action => {
    const walk: Action = { type: "move", units: part, ...target };
    return attacking ? { ...walk, attack: true } : walk;
  });
  return { purpose: attacking ? "attack" : "move", actions };
}

export function attack(units: Entity[], target: number): Order {
  return { purpose: "attack", actions: chunks(units).map((part) => ({ type: "attack", units: part, target })) };
}

export function stop(units: Entity[]): Action[] {
  return chunks(units).map((part) => ({ type: "stop", units: part }));
}

/** `x`, `y` is the tile of the building's north-west corner. */
export function build(workers: Entity[], kind: number, x: number, y: number): Order {
  return { purpose: "build", actions: [{ type: "build", units: ids(workers), kind: STATS[kind].kind, x, y }] };
}

export function rally(buildings: Entity[], x: number, y: number): Order {
  const target = fixed(x, y);
  return { purpose: "rally", actions: buildings.map(({ id }) => ({ type: "rally", building: id, ...target })) };
}

function withMove(purpose: Purpose, action: Action, others: Entity[], x: number, y: number): Order {
  const rest = others.length === 0 ? [] : move(others, x, y, false).actions;
  return { purpose, actions: [action, ...rest] };
}

function fixed(x: number, y: number): { x: number; y: number } {
  return { x: Math.round(x * TILE), y: Math.round(y * TILE) };
}

function ids(entities: Entity[]): number[] {
  return entities.slice(0, MAX_UNITS).map((entity) => entity.id);
}

function chunks(entities: Entity[]): number[][] {
  const parts: number[][] = [];
  for (let from = 0; from < entities.length; from += MAX_UNITS) {
    parts.push(entities.slice(from, from + MAX_UNITS).map((entity) => entity.id));
  }
  return parts;
}
