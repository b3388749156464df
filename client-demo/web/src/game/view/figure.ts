/** One entity on the map: its picture, its weapon, the ring and bars around it, and how they move. */
import { Container, Sprite } from "pixi.js";
import { healthColor, hex, tincture } from "../palette";
import {
  DOING_ATTACKING,
  DOING_BUILDING,
  DOING_GATHERING,
  isBuilding,
  isMobile,
  KIND_BOW,
  KIND_KEEP,
  KIND_ORE,
  KIND_WORKER,
  maxHp,
  STATS,
} from "../rules";
import type { Entity } from "../state/world";
import type { Picture } from "./atlas";
import type { Textures } from "./textures";

/** Milliseconds in which an entity appears. */
const APPEAR_MS = 140;
/** Milliseconds that a struck entity flashes. */
const FLASH_MS = 130;
/** Milliseconds of one thrust or shot. */
const STRIKE_MS = 240;
const BAR_HEIGHT = 0.11;

export class Figure {
  readonly root = new Container();
  /** Under everything: selection rings. */
  readonly mark: Sprite;
  /** Above everything: bars. */
  readonly bars = new Container();
  private readonly body: Sprite;
  private readonly weapon: Sprite | null = null;
  private readonly cargo: Sprite | null = null;
  private readonly foundation: Sprite | null = null;
  private readonly barBack: Sprite;
  private readonly barFill: Sprite;
  private readonly workBack: Sprite;
  private readonly workFill: Sprite;
  private readonly mobile: boolean;
  private age = 0;
  private facing: number;
  private lastX: number;
  private lastY: number;
  private stride = 0;
  private flash = 0;
  private strike = 0;
  /** The size of its body, in tiles. */
  private readonly size: number;

  constructor(
    readonly entity: Entity,
    textures: Textures,
    mine: boolean,
  ) {
    const { kind, owner, track } = entity;
    this.size = STATS[kind].size;
    this.mobile = isMobile(kind);
    this.facing = this.mobile ? 0.6 : 0;
    [this.lastX, this.lastY] = [track.x, track.y];
    if (this.mobile) {
      const shadow = sprite(textures.shadow, 0.95);
      shadow.position.set(0.05, 0.12);
      this.root.addChild(shadow);
    }
    if (isBuilding(kind)) {
      this.foundation = sprite(textures.foundation);
      this.root.addChild(this.foundation);
    }
    this.body = sprite(textures.body(kind, owner, entity.x, entity.y));
    const weapon = textures.weapon(kind);
    if (weapon !== null) this.weapon = sprite(weapon);
    // A bow is held before the counter, other weapons are behind it.
    if (this.weapon !== null && kind !== KIND_BOW) this.root.addChild(this.weapon);
    this.root.addChild(this.body);
    if (this.weapon !== null && kind === KIND_BOW) this.root.addChild(this.weapon);
    if (kind === KIND_WORKER) {
      this.cargo = sprite(textures.load);
      this.cargo.position.set(-0.16, -0.2);
      this.root.addChild(this.cargo);
    }
    this.mark = sprite(this.mobile ? textures.ring : textures.square, this.mobile ? 1.05 : this.size + 0.5);
    this.mark.tint = mine ? 0xf6efdf : kind === KIND_ORE ? 0x6fd3a0 : hex(tincture(owner).light);
    this.barBack = bar(textures.blank, 0x0b0e13);
    this.barFill = bar(textures.blank, 0xffffff);
    this.workBack = bar(textures.blank, 0x0b0e13);
    this.workFill = bar(textures.blank, 0xecdfc3);
    this.bars.addChild(this.barBack, this.barFill, this.workBack, this.workFill);
  }

  /** Whether it keeps its place. */
  get stands(): boolean {
    return !this.mobile;
  }

  /** Whether it strikes by hand, so that a hit is its own doing and not its arrow's. */
  get melee(): boolean {
    return this.mobile && this.entity.kind !== KIND_BOW;
  }

  /** Turns towards a point (tiles) and strikes or shoots. */
  attack(x: number, y: number): void {
    if (!this.mobile) return;
    this.facing = Math.atan2(y - this.lastY, x - this.lastX);
    this.strike = STRIKE_MS;
  }

  struck(): void {
    this.flash = FLASH_MS;
  }

  /** Follows the entity to the moment drawn. */
  advance(now: number, elapsedMs: number, selected: boolean, hovered: boolean): void {
    const { entity } = this;
    const { x, y } = entity.track;
    this.walk(x, y, elapsedMs);
    this.age += elapsedMs;
    this.flash = Math.max(0, this.flash - elapsedMs);
    this.strike = Math.max(0, this.strike - elapsedMs);
    const hop = this.mobile ? Math.abs(Math.sin(this.stride * 5.2)) * 0.055 : 0;
    this.root.position.set(x, y);
    this.root.alpha = Math.min(1, this.age / APPEAR_MS);
    this.body.position.y = -hop;
    this.body.tint = this.flash > 0 ? 0xff9c86 : 0xffffff;
    if (this.weapon !== null) this.wield(now, hop);
    if (this.cargo !== null) {
      this.cargo.visible = entity.cargo > 0;
      this.cargo.position.y = -0.2 - hop;
    }
    if (this.foundation !== null) {
      this.foundation.visible = entity.site !== null;
      this.body.alpha = entity.site === null ? 1 : 0.18 + 0.0007 * entity.site;
    }
    if (entity.kind === KIND_ORE && entity.amount !== null) {
      const left = 0.62 + 0.38 * Math.min(1, entity.amount / 1_500);
      this.body.scale.set((2.8 / this.body.texture.width) * left);
    }
    this.mark.position.set(x, y + (this.mobile ? 0.06 : 0));
    this.mark.visible = selected || hovered;
    this.mark.alpha = (selected ? 0.95 : 0.45) * this.root.alpha;
    this.showBars(x, y, selected || hovered);
  }

  destroy(): void {
    this.root.destroy({ children: true });
    this.mark.destroy();
    this.bars.destroy({ children: true });
  }

  private walk(x: number, y: number, elapsedMs: number): void {
    const [dx, dy] = [x - this.lastX, y - this.lastY];
    const way = Math.hypot(dx, dy);
    [this.lastX, this.lastY] = [x, y];
    if (!this.mobile || way < 0.0005) {
      this.stride = 0;
      return;
    }
    this.stride += way;
    if (this.strike > 0) return;
    const goal = Math.atan2(dy, dx);
    const turn = Math.atan2(Math.sin(goal - this.facing), Math.cos(goal - this.facing));
    this.facing += turn * (1 - Math.exp(-elapsedMs / 60));
  }

  private wield(now: number, hop: number): void {
    const weapon = this.weapon!;
    const { doing, kind, id } = this.entity;
    const reach = Math.sin((this.strike / STRIKE_MS) * Math.PI) * (kind === KIND_BOW ? -0.12 : 0.3);
    let swing = 0;
    if (kind === KIND_WORKER && (doing === DOING_GATHERING || doing === DOING_BUILDING || doing === DOING_ATTACKING)) {
      swing = Math.sin(now / 95 + id) * 0.7;
    }
    weapon.rotation = this.facing + swing;
    weapon.position.set(Math.cos(this.facing) * reach, Math.sin(this.facing) * reach - hop);
  }

  private showBars(x: number, y: number, wanted: boolean): void {
    const { entity } = this;
    const work = entity.site ?? entity.queue?.progress ?? null;
    const whole = maxHp(entity.kind);
    const hurt = entity.kind !== KIND_ORE && entity.hp < whole && entity.site === null;
    const health = entity.kind !== KIND_ORE && (wanted || hurt);
    this.bars.visible = health || work !== null;
    if (!this.bars.visible) return;
    const width = this.mobile ? 0.78 : this.size * 0.86;
    // Over the flags of a keep.
    const rise = entity.kind === KIND_KEEP ? 0.72 : 0.34;
    const top = this.mobile ? -0.62 : -this.size / 2 - rise;
    this.bars.position.set(x - width / 2, y + top);
    this.barBack.visible = this.barFill.visible = health;
    if (health) {
      const part = Math.max(0, Math.min(1, entity.hp / whole));
      stretch(this.barBack, -0.03, -0.03, width + 0.06, BAR_HEIGHT + 0.06);
      stretch(this.barFill, 0, 0, width * part, BAR_HEIGHT);
      this.barFill.tint = healthColor(part);
    }
    this.workBack.visible = this.workFill.visible = work !== null;
    if (work !== null) {
      const [low, high] = [health ? BAR_HEIGHT + 0.06 : 0, BAR_HEIGHT * 0.75];
      stretch(this.workBack, -0.03, low - 0.03, width + 0.06, high + 0.06);
      stretch(this.workFill, 0, low, (width * work) / 1_000, high);
    }
  }
}

function sprite(picture: Picture, tiles = picture.tiles): Sprite {
  const made = new Sprite(picture.texture);
  made.anchor.set(0.5);
  made.scale.set(tiles / picture.texture.width);
  return made;
}

function bar(blank: Picture, color: number): Sprite {
  const made = new Sprite(blank.texture);
  made.tint = color;
  return made;
}

function stretch(made: Sprite, x: number, y: number, width: number, height: number): void {
  made.position.set(x, y);
  made.scale.set(width / made.texture.width, height / made.texture.height);
}
