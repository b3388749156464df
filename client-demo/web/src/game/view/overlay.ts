/** What the player's hand does, drawn over the map: the drag box, the building to be placed, rally flags and their lines. */
import { Container, Graphics, Sprite } from "pixi.js";
import { STATS } from "../rules";
import type { Entity } from "../state/world";
import type { Textures } from "./textures";

export class Overlay {
  /** On the ground, in tiles. */
  readonly low = new Container();
  /** Above all else, in tiles. */
  readonly high = new Container();
  /** In pixels of the screen. */
  readonly screen = new Container();
  private readonly tiles = new Graphics();
  private readonly flags = new Graphics();
  private readonly box = new Graphics();
  private readonly ghost = new Sprite();
  private flagKey = "";

  constructor(private readonly textures: Textures) {
    this.ghost.anchor.set(0.5);
    this.ghost.alpha = 0.7;
    this.ghost.visible = false;
    this.low.addChild(this.flags);
    this.high.addChild(this.ghost, this.tiles);
    this.screen.addChild(this.box);
  }

  /** The drag box between two pixels, or none. */
  drag(box: { x1: number; y1: number; x2: number; y2: number } | null): void {
    this.box.clear();
    if (box === null) return;
    const [left, top] = [Math.min(box.x1, box.x2), Math.min(box.y1, box.y2)];
    const [width, height] = [Math.abs(box.x2 - box.x1), Math.abs(box.y2 - box.y1)];
    this.box.rect(left, top, width, height).fill({ color: 0xecdfc3, alpha: 0.1 });
    this.box.rect(left, top, width, height).stroke({ width: 1.5, color: 0xecdfc3, alpha: 0.9 });
  }

  /** The building about to be placed, with the state of each tile under it; or none. */
  placement(place: { kind: number; owner: number; x: number; y: number; free: boolean[] } | null): void {
    this.tiles.clear();
    this.ghost.visible = place !== null;
    if (place === null) return;
    const { size } = STATS[place.kind];
    const picture = this.textures.body(place.kind, place.owner, place.x, place.y);
    this.ghost.texture = picture.texture;
    this.ghost.scale.set(picture.tiles / picture.texture.width);
    this.ghost.position.set(place.x + size / 2, place.y + size / 2);
    this.ghost.tint = place.free.every(Boolean) ? 0xd5ffe6 : 0xff8a76;
    for (const [n, free] of place.free.entries()) {
      const [x, y] = [place.x + (n % size), place.y + Math.floor(n / size)];
      this.tiles.rect(x + 0.05, y + 0.05, 0.9, 0.9).fill({ color: free ? 0x6fd3a0 : 0xef5b43, alpha: 0.42 });
    }
  }

  /** The rally points of the selected buildings. */
  rallies(buildings: Entity[]): void {
    const set = buildings.filter((building) => building.rally !== null);
    const key = set.map(({ id, rally }) => `${id}:${rally!.x}:${rally!.y}`).join();
    if (key === this.flagKey) return;
    this.flagKey = key;
    this.flags.clear();
    for (const { x, y, rally } of set) {
      dashes(this.flags, x, y, rally!.x, rally!.y);
      const [fx, fy] = [rally!.x, rally!.y];
      this.flags.ellipse(fx, fy, 0.2, 0.1).fill({ color: 0x05070a, alpha: 0.5 });
      this.flags
        .moveTo(fx, fy)
        .lineTo(fx, fy - 0.95)
        .stroke({ width: 0.08, color: 0xcdb78c });
      this.flags.poly([fx, fy - 0.95, fx + 0.55, fy - 0.75, fx, fy - 0.52]).fill({ color: 0xecdfc3 });
      this.flags.poly([fx, fy - 0.95, fx + 0.55, fy - 0.75, fx, fy - 0.52]).stroke({ width: 0.04, color: 0x11151b });
    }
  }
}

function dashes(pen: Graphics, x1: number, y1: number, x2: number, y2: number): void {
  const way = Math.hypot(x2 - x1, y2 - y1);
  for (let at = 0; at < way; at += 0.5) {
    const [from, to] = [at / way, Math.min(1, (at + 0.28) / way)];
    pen.moveTo(x1 + (x2 - x1) * from, y1 + (y2 - y1) * from);
    pen.lineTo(x1 + (x2 - x1) * to, y1 + (y2 - y1) * to);
  }
  pen.stroke({ width: 0.06, color: 0xecdfc3, alpha: 0.6 });
}
