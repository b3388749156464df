/**
 * `window.__muster`: what a test in a real browser reads and does. Reading changes nothing; what it does goes the same
 * way as the player's input. Positions are in 1/256 of a tile, as on the wire.
 */
import type { Action } from "../generated/messages";
import type { Game, Phase } from "./game";
import { STATS, TILE } from "./rules";
import type { Entity } from "./state/world";

/** One entity in view. */
export interface HookEntity {
  id: number;
  /** "keep", "worker", ... */
  kind: string;
  /** A seat, or -1. */
  owner: number;
  x: number;
  y: number;
  hp: number;
}

export interface Hook {
  /** "title", "connecting", "lobby", "playing" or "over". */
  readonly phase: Phase;
  /** The tick of the newest frame applied; `null` without a match. */
  readonly tick: number | null;
  /** The player's seat; `null` without a match. */
  readonly seat: number | null;
  /** Ore in stock; `null` without a match. */
  readonly ore: number | null;
  own(): HookEntity[];
  enemies(): HookEntity[];
  /** Everything in view, deposits too. */
  all(): HookEntity[];
  /** Ids of what is selected. */
  selected(): number[];
  visibleTiles(): number;
  exploredTiles(): number;
  readonly stats: {
    /** Milliseconds; `null` before the first measurement. */
    ping: number | null;
    bytesPerSecond: number;
    framesPerSecond: number;
    frames: number;
    /** Frames that covered more than one tick. */
    merged: number;
    hashOk: number;
    hashBad: number;
    /** "polling", "websocket" or "none". */
    transport: string;
    reconnects: number;
  };
  /** The pixel of the page under which a point of the map lies. */
  screenOf(x: number, y: number): { x: number; y: number };
  /** Sends an action; returns its number. */
  order(action: Action): number;
  /** Brings a point of the map to the middle of the screen, as far as the map's edge allows. */
  lookAt(x: number, y: number): void;
  /** Closes the engine under Socket.IO, as a lost network would. */
  dropConnection(): void;
}

declare global {
  interface Window {
    __muster?: Hook;
  }
}

export function installHook(game: Game): void {
  const entities = (wanted: (entity: Entity) => boolean) =>
    [...(game.match?.world.entities.values() ?? [])].filter(wanted).map(plain);
  window.__muster = {
    get phase() {
      return game.phase;
    },
    get tick() {
      return game.match?.running ? game.match.world.tick : null;
    },
    get seat() {
      return game.match?.world.me ?? null;
    },
    get ore() {
      return game.match?.world.ore ?? null;
    },
    own: () => entities((entity) => game.match!.world.isMine(entity)),
    enemies: () => entities((entity) => game.match!.world.isEnemy(entity)),
    all: () => entities(() => true),
    selected: () => game.match?.selection.entities().map((entity) => entity.id) ?? [],
    visibleTiles: () => game.match?.vision.visibleCount ?? 0,
    exploredTiles: () => game.match?.vision.exploredCount ?? 0,
    get stats() {
      const { transport, seat } = game;
      const now = performance.now();
      return {
        ping: game.ping,
        bytesPerSecond: game.bytesIn.perSecond(now),
        framesPerSecond: game.framesIn.perSecond(now),
        ...seat.counts,
        transport: transport.kind,
        reconnects: transport.reconnects,
      };
    },
    screenOf: (x, y) => {
      const at = game.match?.camera.toScreen(x / TILE, y / TILE) ?? { px: 0, py: 0 };
      return { x: at.px, y: at.py };
    },
    order: (action) => game.act(action),
    lookAt: (x, y) => game.match?.camera.jump(x / TILE, y / TILE),
    dropConnection: () => game.transport.drop(),
  };
}

function plain(entity: Entity): HookEntity {
  const { id, kind, owner, x, y, hp } = entity;
  return { id, kind: STATS[kind].kind, owner, x: Math.round(x * TILE), y: Math.round(y * TILE), hp };
}
