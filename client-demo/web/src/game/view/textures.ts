/** All pictures as textures, drawn once for the page. */
import * as buildings from "../art/buildings";
import { board, disc } from "../art/canvas";
import * as units from "../art/units";
import { NOBODYS, TINCTURES } from "../palette";
import { KIND_BARRACKS, KIND_BOW, KIND_KEEP, KIND_ORE, KIND_SPEAR, KIND_WORKER } from "../rules";
import { Atlas, type Picture } from "./atlas";

const ORE_VARIANTS = 4;

export class Textures {
  readonly shadow: Picture;
  readonly load: Picture;
  readonly arrow: Picture;
  readonly foundation: Picture;
  readonly ring: Picture;
  readonly square: Picture;
  readonly puff: Picture;
  readonly spark: Picture;
  /** One white tile, to be stretched and tinted. */
  readonly blank: Picture;
  private readonly bodies = new Map<string, Picture>();
  private readonly weapons = new Map<number, Picture>();

  constructor() {
    const atlas = new Atlas();
    const looks = [NOBODYS, ...TINCTURES].map((look, place) => [look, place - 1] as const);
    for (const [look, owner] of looks) {
      this.bodies.set(`${KIND_KEEP}:${owner}`, atlas.add(buildings.keep(look), buildings.BUILDING_TILES));
      this.bodies.set(`${KIND_BARRACKS}:${owner}`, atlas.add(buildings.barracks(look), buildings.BUILDING_TILES));
    }
    this.foundation = atlas.add(buildings.foundation(), buildings.BUILDING_TILES);
    for (let variant = 0; variant < ORE_VARIANTS; variant++) {
      this.bodies.set(`${KIND_ORE}:${variant}`, atlas.add(buildings.ore(variant * 97 + 5), buildings.ORE_TILES));
    }
    this.ring = atlas.add(ring(false), 1);
    this.square = atlas.add(ring(true), 1);
    for (const [look, owner] of looks) {
      this.bodies.set(`${KIND_WORKER}:${owner}`, atlas.add(units.workerCounter(look), units.UNIT_TILES));
      this.bodies.set(`${KIND_SPEAR}:${owner}`, atlas.add(units.spearCounter(look), units.UNIT_TILES));
      this.bodies.set(`${KIND_BOW}:${owner}`, atlas.add(units.bowCounter(look), units.UNIT_TILES));
    }
    this.weapons.set(KIND_WORKER, atlas.add(units.pick(), units.UNIT_TILES));
    this.weapons.set(KIND_SPEAR, atlas.add(units.spear(), units.UNIT_TILES));
    this.weapons.set(KIND_BOW, atlas.add(units.bow(), units.UNIT_TILES));
    this.arrow = atlas.add(units.arrow(), 1);
    this.shadow = atlas.add(units.shadow(), 1);
    this.puff = atlas.add(puff(), 1);
    this.spark = atlas.add(spark(), 1);
    this.load = atlas.add(units.load(), 0.6);
    this.blank = atlas.add(blank(), 1);
    atlas.finish();
  }

  /** The picture of a kind. Deposits vary by where they are. */
  body(kind: number, owner: number, x: number, y: number): Picture {
    const variant = kind === KIND_ORE ? Math.abs(Math.floor(x) * 3 + Math.floor(y) * 5) % ORE_VARIANTS : owner;
    return this.bodies.get(`${kind}:${variant}`)!;
  }

  weapon(kind: number): Picture | null {
    return this.weapons.get(kind) ?? null;
  }
}

function blank(): HTMLCanvasElement {
  const { canvas, pen } = board(1, 16);
  pen.fillStyle = "#fff";
  pen.fillRect(-0.5, -0.5, 1, 1);
  return canvas;
}

/** A selection ring, or a square for buildings, one tile wide: white, to be tinted. */
function ring(square: boolean): HTMLCanvasElement {
  const { canvas, pen } = board(1, 192);
  if (square) {
    pen.strokeStyle = "#fff";
    pen.lineWidth = 0.022;
    const [half, arm] = [0.47, 0.14];
    for (const [sx, sy] of [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ]) {
      pen.beginPath();
      pen.moveTo(sx * half, sy * (half - arm));
      pen.lineTo(sx * half, sy * half);
      pen.lineTo(sx * (half - arm), sy * half);
      pen.stroke();
    }
    return canvas;
  }
  disc(pen, 0, 0, 0.45);
  pen.strokeStyle = "rgba(255, 255, 255, 0.95)";
  pen.lineWidth = 0.05;
  pen.stroke();
  pen.fillStyle = "rgba(255, 255, 255, 0.13)";
  pen.fill();
  return canvas;
}

function puff(): HTMLCanvasElement {
  const { canvas, pen } = board(1, 64);
  const cloud = pen.createRadialGradient(0, 0, 0, 0, 0, 0.5);
  cloud.addColorStop(0, "rgba(255, 255, 255, 0.9)");
  cloud.addColorStop(0.5, "rgba(255, 255, 255, 0.4)");
  cloud.addColorStop(1, "rgba(255, 255, 255, 0)");
  pen.fillStyle = cloud;
  pen.fillRect(-0.5, -0.5, 1, 1);
  return canvas;
}

/** A four-pointed flash. */
function spark(): HTMLCanvasElement {
  const { canvas, pen } = board(1, 64);
  pen.fillStyle = "#fff";
  pen.beginPath();
  for (let n = 0; n < 8; n++) {
    const radius = n % 2 === 0 ? 0.48 : 0.12;
    const angle = (n * Math.PI) / 4;
    pen.lineTo(Math.cos(angle) * radius, Math.sin(angle) * radius);
  }
  pen.closePath();
  pen.fill();
  return canvas;
}
