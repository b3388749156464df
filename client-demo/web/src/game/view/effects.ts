/** What flashes by: arrows in flight, blows, falls, and where an order went. */
import { Container, Graphics, Sprite } from "pixi.js";
import { hex, ORDER_COLORS, tincture } from "../palette";
import { isMobile, STATS } from "../rules";
import type { Purpose } from "../state/orders";
import type { Picture } from "./atlas";
import type { Textures } from "./textures";

/** Tiles an arrow flies in a second. */
const ARROW_SPEED = 17;
/** More effects than this at once are not drawn. */
const MOST = 240;

interface Effect {
  readonly picture: Container;
  readonly lasts: number;
  age: number;
  /** `part` runs from 0 to 1. */
  readonly show: (part: number) => void;
}

export class Effects {
  /** Among the entities. */
  readonly low = new Container();
  /** Above the entities. */
  readonly high = new Container();
  private running: Effect[] = [];

  constructor(private readonly textures: Textures) {}

  advance(elapsedMs: number): void {
    for (const effect of this.running) {
      effect.age += elapsedMs;
      const part = Math.min(1, effect.age / effect.lasts);
      effect.show(part);
      if (part >= 1) effect.picture.destroy({ children: true });
    }
    this.running = this.running.filter((effect) => effect.age < effect.lasts);
  }

  shot(fromX: number, fromY: number, toX: number, toY: number): void {
    const arrow = this.sprite(this.textures.arrow, 0.8);
    const [dx, dy] = [toX - fromX, toY - fromY];
    const way = Math.hypot(dx, dy);
    const arc = Math.min(0.8, way * 0.13);
    this.start(this.high, arrow, (way / ARROW_SPEED) * 1_000 + 40, (part) => {
      const lift = Math.sin(part * Math.PI) * arc;
      arrow.position.set(fromX + dx * part, fromY + dy * part - lift);
      arrow.rotation = Math.atan2(dy - Math.cos(part * Math.PI) * arc * Math.PI, dx);
      arrow.alpha = part > 0.94 ? 0.4 : 1;
    });
  }

  hit(x: number, y: number): void {
    const spark = this.sprite(this.textures.spark, 0.6);
    spark.position.set(x + (Math.random() - 0.5) * 0.2, y - 0.08 + (Math.random() - 0.5) * 0.2);
    spark.rotation = Math.random() * 3;
    spark.tint = 0xfff0c8;
    this.start(this.high, spark, 170, (part) => {
      spark.alpha = 1 - part;
      spark.scale.set(((0.35 + part * 0.5) * 1) / spark.texture.width);
    });
  }

  /** Something fell: a unit's counter tips over, a building comes down in smoke. */
  fell(x: number, y: number, kind: number, owner: number): void {
    const size = STATS[kind].size;
    const body = this.sprite(this.textures.body(kind, owner, x, y), this.textures.body(kind, owner, x, y).tiles);
    const full = body.scale.x;
    const spin = (Math.random() < 0.5 ? -1 : 1) * (isMobile(kind) ? 1.5 : 0.06);
    body.position.set(x, y);
    this.start(this.low, body, isMobile(kind) ? 520 : 1_100, (part) => {
      body.rotation = spin * part;
      body.scale.set(full * (1 - part * 0.35), full * (1 - part * (isMobile(kind) ? 0.35 : 0.7)));
      body.alpha = 1 - part * part;
      body.tint = part > 0.15 ? 0x8f8880 : 0xffb8a4;
    });
    const puffs = isMobile(kind) ? 5 : 22;
    for (let n = 0; n < puffs; n++) this.puff(x, y, size, hex(tincture(owner).light));
  }

  /** Where an order went. */
  order(purpose: Purpose, x: number, y: number): void {
    const color = purpose === "rally" ? ORDER_COLORS.build : ORDER_COLORS[purpose];
    const mark = new Graphics();
    mark.circle(0, 0, 0.5).stroke({ width: 0.07, color });
    for (let n = 0; n < 4; n++) {
      const angle = (n * Math.PI) / 2 + Math.PI / 4;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      mark.poly([
        cos * 0.34,
        sin * 0.34,
        cos * 0.78 - sin * 0.13,
        sin * 0.78 + cos * 0.13,
        cos * 0.78 + sin * 0.13,
        sin * 0.78 - cos * 0.13,
      ]);
    }
    mark.fill({ color });
    mark.position.set(x, y);
    this.start(this.high, mark, 520, (part) => {
      mark.scale.set(1.05 - part * 0.65);
      mark.alpha = 1 - part * part;
    });
  }

  /** Something came about: a unit trained, a building finished. */
  arrival(x: number, y: number, size: number): void {
    const ring = this.sprite(this.textures.ring, size);
    ring.position.set(x, y);
    ring.tint = 0xf6e3a8;
    const full = ring.scale.x;
    this.start(this.low, ring, 600, (part) => {
      ring.scale.set(full * (0.6 + part * 0.9));
      ring.alpha = (1 - part) * 0.9;
    });
  }

  private puff(x: number, y: number, size: number, color: number): void {
    const puff = this.sprite(this.textures.puff, 0.5);
    const angle = Math.random() * 2 * Math.PI;
    const far = size * (0.25 + Math.random() * 0.45);
    const grow = size * (0.25 + Math.random() * 0.35) + 0.2;
    puff.tint = Math.random() < 0.35 ? color : 0xb8ab94;
    this.start(this.high, puff, 420 + Math.random() * 500, (part) => {
      const out = 1 - (1 - part) ** 2;
      puff.position.set(x + Math.cos(angle) * far * out, y + Math.sin(angle) * far * out - part * 0.35 * size);
      puff.scale.set((grow * (0.5 + out)) / puff.texture.width);
      puff.alpha = (1 - part) * 0.55;
    });
  }

  private sprite(picture: Picture, tiles: number): Sprite {
    const made = new Sprite(picture.texture);
    made.anchor.set(0.5);
    made.scale.set(tiles / picture.texture.width);
    return made;
  }

  private start(layer: Container, picture: Container, lasts: number, show: (part: number) => void): void {
    if (this.running.length >= MOST) {
      picture.destroy({ children: true });
      return;
    }
    show(0);
    layer.addChild(picture);
    this.running.push({ picture, lasts, age: 0, show });
  }
}
