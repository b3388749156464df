/**
 * One match in the page: takes frames in, keeps what the player has selected and is about to do, and draws. Input and
 * HUD speak to it in commands; it speaks to the seat in actions. Opens no connection.
 */
import type { Application } from "pixi.js";
import type { Action, Start } from "../generated/messages";
import type { FrameEvent } from "../sync/frame";
import type { Applied, Mirror } from "../sync/mirror";
import {
  DOING_IDLE,
  EVENT_ALARM,
  EVENT_BUILT,
  EVENT_DEFEATED,
  EVENT_EXHAUSTED,
  EVENT_FELL,
  EVENT_HIT,
  EVENT_SHOT,
  EVENT_TRAINED,
  isBuilding,
  KIND_KEEP,
  KIND_WORKER,
  REJECTS,
  STATS,
  TILE,
} from "./rules";
import * as orders from "./state/orders";
import { cornerAt, freeTiles } from "./state/placement";
import { Playback } from "./state/playback";
import { Selection } from "./state/selection";
import { Vision } from "./state/vision";
import { covers, type Entity, World } from "./state/world";
import { Camera } from "./view/camera";
import { Minimap } from "./view/minimap";
import { Stage } from "./view/stage";
import type { Textures } from "./view/textures";

/** What the next click on the map is for, when it is not for selecting. */
export type Mode = { type: "none" } | { type: "attack" } | { type: "rally" } | { type: "place"; kind: number };

export type Tone = "plain" | "good" | "bad";

/** What a match needs of the page around it. */
export interface Outside {
  /** Sends an action; returns its number. */
  act(action: Action): number;
  toast(text: string, tone: Tone): void;
}

/** Pixels for each tile when a match begins, for a wide and a narrow screen. */
const ZOOM_WIDE = 44;
const ZOOM_NARROW = 32;
/** Workers that a player has when a match begins. */
const FIRST_WORKERS = 5;

export class Match {
  readonly world: World;
  readonly vision: Vision;
  readonly selection: Selection;
  readonly camera: Camera;
  readonly stage: Stage;
  readonly minimap: Minimap;
  mode: Mode = { type: "none" };
  hovered: Entity | null = null;
  /** The map's point under the pointer. */
  pointer = { x: 0, y: 0 };
  /** Whether any of the player's has ever had something to do, as far as can be told after a reload. */
  begun = false;
  /** Where the last alarm was. */
  alarm: { x: number; y: number } | null = null;
  /** Teams that have lost their last keep. */
  readonly defeated = new Set<number>();
  private readonly playback: Playback;
  private awaited: FrameEvent[] = [];
  private centred = false;
  private idleTurn = 0;

  constructor(
    app: Application,
    textures: Textures,
    start: Start,
    private readonly outside: Outside,
  ) {
    this.world = new World(start);
    this.vision = new Vision(this.world);
    this.selection = new Selection(this.world);
    this.camera = new Camera(start.map.width, start.map.height);
    this.camera.resize(app.screen.width, app.screen.height);
    this.camera.setZoom(app.screen.width < 700 ? ZOOM_NARROW : ZOOM_WIDE);
    this.camera.jump(start.map.width / 2, start.map.height / 2);
    this.stage = new Stage(app, this.world, this.vision, this.camera, textures);
    this.minimap = new Minimap(this.world, this.vision, this.camera);
    this.playback = new Playback(1_000 / start.rate);
  }

  /** Whether a frame has shown anything yet. */
  get running(): boolean {
    return this.centred;
  }

  frame(applied: Applied, mirror: Mirror, now: number): void {
    this.world.apply(applied, mirror);
    this.playback.arrived(applied.tick, now);
    const fallen = new Set<number>();
    for (const event of applied.events) {
      if (event.kind === EVENT_FELL && event.subject !== null) fallen.add(event.subject);
      this.awaited.push(event);
    }
    this.vision.update(fallen);
    this.begun ||= this.underWay();
    for (const event of applied.seatEvents) this.told(event, now);
    for (const receipt of applied.receipts) {
      if (receipt.code !== 0) this.refused(receipt.code);
    }
    if (!this.centred) this.centre();
  }

  draw(now: number, elapsedMs: number): void {
    const tick = this.playback.advance(now, elapsedMs);
    this.happen(tick, now);
    this.showPlacement();
    this.stage.overlay.rallies(this.selection.buildings());
    this.stage.draw(tick, now, elapsedMs, (id) => this.selection.has(id), this.hovered?.id ?? null);
  }

  destroy(): void {
    this.stage.destroy();
  }

  // Commands of the player.

  /** What is at a point of the map; `slack` in tiles. */
  entityAt(x: number, y: number, slack: number): Entity | null {
    return this.stage.pick(x, y, slack, covers);
  }

  /** A click with the pointer's main button; `add` keeps what is selected. */
  click(x: number, y: number, slack: number, add: boolean): void {
    if (this.mode.type !== "none") {
      this.useMode(x, y, slack);
      return;
    }
    const entity = this.entityAt(x, y, slack);
    if (entity === null) {
      if (!add) this.selection.clear();
    } else if (add && this.world.isMine(entity)) {
      this.selection.toggle([entity.id]);
    } else {
      this.selection.set([entity.id]);
    }
  }

  /** Selects all of one's own of that kind on the screen. */
  selectAlike(kind: number, add: boolean): void {
    const { left, top, right, bottom } = this.camera.bounds();
    this.selectBox(left, top, right, bottom, add, kind);
  }

  /** Selects one's own units in a rectangle of the map, or its buildings if it holds no unit. */
  selectBox(x1: number, y1: number, x2: number, y2: number, add: boolean, kind: number | null = null): void {
    const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
    const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
    const inside = this.world.mine().filter(({ kind: its, track }) => {
      const fits = track.x >= left && track.x <= right && track.y >= top && track.y <= bottom;
      return fits && (kind === null || its === kind);
    });
    const units = inside.filter((entity) => STATS[entity.kind].speed > 0);
    const chosen = (units.length > 0 ? units : inside).map((entity) => entity.id);
    if (add) this.selection.toggle(chosen.filter((id) => !this.selection.has(id)));
    else this.selection.set(chosen);
  }

  /** What a right click asks of the selection; false when it asks nothing. */
  orderAt(x: number, y: number, slack: number): boolean {
    const target = this.entityAt(x, y, slack);
    const { selection } = this;
    const chosen = { units: selection.units(), workers: selection.workers(), buildings: selection.buildings() };
    const order = orders.contextOrder(this.world, chosen, target, x, y);
    if (order === null) return false;
    this.give(order, target?.x ?? x, target?.y ?? y);
    return true;
  }

  setMode(mode: Mode): void {
    const units = this.selection.units().length;
    const fits = {
      none: true,
      attack: units > 0,
      rally: this.selection.buildings().length > 0,
      place: this.selection.workers().length > 0,
    };
    if (!fits[mode.type]) return;
    if (mode.type === "place" && this.world.ore < STATS[mode.kind].cost) {
      this.outside.toast(`A ${STATS[mode.kind].name.toLowerCase()} costs ${STATS[mode.kind].cost} ore`, "bad");
      return;
    }
    this.mode = mode;
  }

  stop(): void {
    for (const action of orders.stop(this.selection.units())) this.outside.act(action);
  }

  /** Queues one unit in the selected building of the right kind that has the shortest queue. */
  train(kind: number): void {
    const home = STATS[kind].trainedIn;
    const able = this.selection.buildings().filter((building) => STATS[building.kind].kind === home);
    able.sort((a, b) => (a.queue?.waiting ?? 0) - (b.queue?.waiting ?? 0));
    if (able.length > 0) this.outside.act({ type: "train", building: able[0].id, kind: STATS[kind].kind });
  }

  idleWorkers(): Entity[] {
    return this.world.mine().filter((entity) => entity.kind === KIND_WORKER && entity.doing === DOING_IDLE);
  }

  /** Selects the next worker without work and shows it. */
  nextIdle(): void {
    const idle = this.idleWorkers();
    if (idle.length === 0) return;
    const worker = idle[this.idleTurn++ % idle.length];
    this.selection.set([worker.id]);
    this.camera.glide(worker.x, worker.y);
  }

  /** Selects the player's own keep and shows it. */
  home(): void {
    const keep = this.world.mine().find((entity) => entity.kind === KIND_KEEP);
    if (keep === undefined) return;
    this.selection.set([keep.id]);
    this.camera.glide(keep.x, keep.y);
  }

  /** Shows what is selected. */
  showSelection(): void {
    const chosen = this.selection.entities();
    if (chosen.length === 0) return;
    const sum = chosen.reduce((at, { x, y }) => ({ x: at.x + x, y: at.y + y }), { x: 0, y: 0 });
    this.camera.glide(sum.x / chosen.length, sum.y / chosen.length);
  }

  private useMode(x: number, y: number, slack: number): void {
    const { mode } = this;
    if (mode.type === "place") {
      this.place(mode.kind, x, y);
      return;
    }
    this.mode = { type: "none" };
    if (mode.type === "rally") {
      this.give(orders.rally(this.selection.buildings(), x, y), x, y);
      return;
    }
    const target = this.entityAt(x, y, slack);
    const units = this.selection.units();
    if (target !== null && this.world.isEnemy(target)) this.give(orders.attack(units, target.id), target.x, target.y);
    else this.give(orders.move(units, x, y, true), x, y);
  }

  private place(kind: number, x: number, y: number): void {
    const corner = cornerAt(kind, x, y);
    if (!freeTiles(this.world, this.vision, kind, corner.x, corner.y).every(Boolean)) {
      this.outside.toast("There is no room to build there", "bad");
      return;
    }
    const half = STATS[kind].size / 2;
    this.give(orders.build(this.selection.workers(), kind, corner.x, corner.y), corner.x + half, corner.y + half);
    this.mode = { type: "none" };
  }

  private give(order: orders.Order, x: number, y: number): void {
    for (const action of order.actions) this.outside.act(action);
    if (order.actions.length > 0) this.stage.effects.order(order.purpose, x, y);
  }

  private showPlacement(): void {
    const { mode, stage } = this;
    if (mode.type === "place" && this.selection.workers().length === 0) this.mode = { type: "none" };
    if (mode.type !== "place") {
      stage.overlay.placement(null);
      return;
    }
    const corner = cornerAt(mode.kind, this.pointer.x, this.pointer.y);
    const free = freeTiles(this.world, this.vision, mode.kind, corner.x, corner.y);
    stage.overlay.placement({ kind: mode.kind, owner: this.world.me, ...corner, free });
  }

  /** Whether the player knows the way: something works, or there is more than a match begins with. */
  private underWay(): boolean {
    const mine = this.world.mine();
    const buildings = mine.filter((entity) => isBuilding(entity.kind)).length;
    const workers = mine.filter((entity) => entity.kind === KIND_WORKER).length;
    if (buildings > 1 || workers > FIRST_WORKERS) return true;
    return mine.some((entity) => entity.doing !== DOING_IDLE || entity.queue !== null);
  }

  private centre(): void {
    const mine = this.world.mine();
    const home = mine.find((entity) => entity.kind === KIND_KEEP) ?? mine[0];
    if (home === undefined) return;
    this.camera.jump(home.x, home.y);
    this.centred = true;
  }

  /** Shows the events whose moment has come. */
  private happen(tick: number, now: number): void {
    const due = this.awaited.filter((event) => event.tick <= tick);
    if (due.length === 0) return;
    this.awaited = this.awaited.filter((event) => event.tick > tick);
    for (const event of due) {
      if (tick - event.tick < 30) this.show(event, now);
    }
  }

  private show({ kind, subject, args }: FrameEvent, now: number): void {
    const at = args.map((value) => value / TILE);
    const striker = subject === null ? undefined : this.stage.figure(subject);
    if (kind === EVENT_SHOT) {
      striker?.attack(at[2], at[3]);
      this.stage.effects.shot(at[0], at[1], at[2], at[3]);
    } else if (kind === EVENT_HIT) {
      if (striker?.melee) striker.attack(at[0], at[1]);
      this.stage.effects.hit(at[0], at[1]);
      const victim = this.entityAt(at[0], at[1], 0);
      if (victim !== null) this.stage.figure(victim.id)?.struck();
    } else if (kind === EVENT_FELL) {
      this.stage.effects.fell(at[0], at[1], args[2], args[3]);
      if (STATS[args[2]].speed === 0) this.minimap.ping(at[0], at[1], now);
    } else if (kind === EVENT_DEFEATED) {
      this.defeated.add(args[0]);
      const names = this.world.seats.filter((seat) => seat.team === args[0]).map((seat) => seat.name);
      if (args[0] !== this.world.myTeam) this.outside.toast(`${names.join(" and ")} has fallen`, "good");
    }
  }

  private told({ kind, args }: FrameEvent, now: number): void {
    if (kind === EVENT_TRAINED) {
      this.stage.effects.arrival(args[1] / TILE, args[2] / TILE, 1);
    } else if (kind === EVENT_BUILT) {
      this.stage.effects.arrival(args[1] / TILE, args[2] / TILE, 3.4);
      this.outside.toast(`${STATS[args[0]].name} finished`, "good");
      this.minimap.ping(args[1] / TILE, args[2] / TILE, now, "#6fd3a0");
    } else if (kind === EVENT_ALARM) {
      this.alarm = { x: args[0] / TILE, y: args[1] / TILE };
      this.minimap.ping(this.alarm.x, this.alarm.y, now);
      this.outside.toast("We are under attack", "bad");
    } else if (kind === EVENT_EXHAUSTED) {
      this.outside.toast("A deposit is exhausted", "plain");
    }
  }

  private refused(code: number): void {
    const text = REJECTS[code]?.text ?? "that was refused";
    this.outside.toast(text[0].toUpperCase() + text.slice(1), "bad");
  }
}
