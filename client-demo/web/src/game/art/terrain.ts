/**
 * Paints the ground of a match piece by piece: grass and earth with their clutter, and walls as cliffs that rise from
 * it, with a lit rim, a south face and a shadow. Everything is drawn from the map and fixed seeds.
 */
import type { MapInfo } from "../../generated/messages";
import { random } from "./canvas";
import { GROUND_COARSE, groundPicture, ROCK_COARSE, rockPicture } from "./ground";

/** Tiles on each side of one piece. */
export const PIECE = 16;
/** Tiles beyond a piece that its shadows and cliffs may come from. */
const MARGIN = 1;
/** How far cliffs rise, in tiles. */
const RISE = 0.55;
/** Radius of a cliff's corners, in tiles. */
const ROUND = 0.34;
/** Colours of the south face from its foot to its rim. */
const FACE = ["#1f1d20", "#2c2927", "#3c3833", "#4d4740", "#5f574c"] as const;
/** The four corners of a tile, in the order in which a rounded rectangle takes their radii. */
const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;

type Pen = CanvasRenderingContext2D;

export class TerrainPainter {
  private readonly ground: HTMLCanvasElement;
  private readonly rock: HTMLCanvasElement;
  private readonly grain = grainPicture();

  /** `detail` is in pixels for each tile. */
  constructor(
    private readonly map: MapInfo,
    readonly detail: number,
  ) {
    this.ground = groundPicture(map);
    this.rock = rockPicture(map);
  }

  /** The piece whose north-west tile is x, y. */
  piece(x: number, y: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    const [width, height] = [Math.min(PIECE, this.map.width - x), Math.min(PIECE, this.map.height - y)];
    canvas.width = width * this.detail;
    canvas.height = height * this.detail;
    const pen = canvas.getContext("2d", { alpha: false })!;
    pen.imageSmoothingQuality = "high";
    const from = [x * GROUND_COARSE, y * GROUND_COARSE, width * GROUND_COARSE, height * GROUND_COARSE] as const;
    pen.drawImage(this.ground, ...from, 0, 0, canvas.width, canvas.height);
    // From here on the pen's unit is a tile and its origin the map's.
    pen.scale(this.detail, this.detail);
    pen.translate(-x, -y);
    pen.lineCap = "round";
    this.clutter(pen, x, y);
    this.cliffs(pen, x, y);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalAlpha = 0.55;
    pen.fillStyle = pen.createPattern(this.grain, "repeat")!;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    return canvas;
  }

  private clutter(pen: Pen, x: number, y: number): void {
    for (let ty = y; ty < Math.min(y + PIECE, this.map.height); ty++) {
      for (let tx = x; tx < Math.min(x + PIECE, this.map.width); tx++) {
        if (this.wall(tx, ty)) continue;
        const next = random(tx * 7919 + ty * 104_729);
        const many = next() < 0.55 ? 0 : Math.floor(next() * 4);
        for (let n = 0; n < many; n++) {
          const [px, py] = [tx + next(), ty + next()];
          if (next() < 0.7) tuft(pen, px, py, next);
          else pebble(pen, px, py, next);
        }
      }
    }
  }

  /** Whether a tile is wall; beyond the map it goes on as at its edge. */
  private wall(x: number, y: number): boolean {
    const [cx, cy] = [Math.max(0, Math.min(this.map.width - 1, x)), Math.max(0, Math.min(this.map.height - 1, y))];
    return this.map.tiles[cy * this.map.width + cx] === "#";
  }

  private cliffs(pen: Pen, x: number, y: number): void {
    const tiles: [number, number][] = [];
    const shape = new Path2D();
    for (let ty = y - MARGIN; ty < y + PIECE + MARGIN; ty++) {
      for (let tx = x - MARGIN; tx < x + PIECE + MARGIN; tx++) {
        if (this.outline(shape, tx, ty)) tiles.push([tx, ty]);
      }
    }
    if (tiles.length === 0) return;
    const fill = (dx: number, dy: number, color: string | CanvasPattern) => {
      pen.save();
      pen.translate(dx, dy);
      pen.fillStyle = color;
      pen.fill(shape);
      pen.restore();
    };
    for (let n = 1; n <= 4; n++) fill(0.05 * n, 0.09 * n, "rgba(5, 7, 10, 0.2)");
    const steps = 18;
    for (let n = 0; n <= steps; n++) {
      const band = Math.min(FACE.length - 1, Math.floor((n / steps) * FACE.length));
      fill(0, (-RISE * n) / steps, FACE[band]);
    }
    // The top lies a hair to the north of its own rim, which leaves a lit line along the south edge.
    fill(-0.045, -RISE - 0.02, "#8d8474");
    fill(0, -RISE - 0.085, "#2b2927");
    fill(0, -RISE, "#c9bd9f");
    fill(0, -RISE - 0.045, this.rockPattern(pen));
    for (const [tx, ty] of tiles) cracks(pen, tx, ty - RISE);
  }

  /** Adds a tile's share of the walls to the shape: a rounded square, or the fillet in a hollow corner. */
  private outline(shape: Path2D, tx: number, ty: number): boolean {
    const here = this.wall(tx, ty);
    const radii: number[] = [];
    for (const [dx, dy] of CORNERS) {
      const [side, above, diagonal] = [this.wall(tx + dx, ty), this.wall(tx, ty + dy), this.wall(tx + dx, ty + dy)];
      radii.push(here && !side && !above && !diagonal ? ROUND : 0);
      if (!here && side && above && diagonal) fillet(shape, tx + (dx + 1) / 2, ty + (dy + 1) / 2, dx, dy);
    }
    // A hair wider than the tile, or seams would show.
    if (here) shape.roundRect(tx - 0.01, ty - 0.01, 1.02, 1.02, radii);
    return here;
  }

  private rockPattern(pen: Pen): CanvasPattern {
    const pattern = pen.createPattern(this.rock, "repeat")!;
    pattern.setTransform(new DOMMatrix().scale(1 / ROCK_COARSE));
    return pattern;
  }
}

function fillet(shape: Path2D, x: number, y: number, dx: number, dy: number): void {
  const corner = new Path2D();
  corner.moveTo(x, y);
  corner.lineTo(x - dx * ROUND, y);
  corner.quadraticCurveTo(x, y, x, y - dy * ROUND);
  corner.closePath();
  shape.addPath(corner);
}

function cracks(pen: Pen, tx: number, ty: number): void {
  const next = random(tx * 31 + Math.round(ty * 17) * 57 + 3);
  pen.lineWidth = 0.035;
  for (let n = 0; n < 2; n++) {
    const [x, y] = [tx + 0.2 + next() * 0.6, ty + 0.2 + next() * 0.6];
    pen.strokeStyle = next() < 0.55 ? "rgba(18, 18, 20, 0.35)" : "rgba(232, 222, 196, 0.16)";
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + (next() - 0.5) * 0.3, y + (next() - 0.5) * 0.3);
    pen.stroke();
  }
}

function tuft(pen: Pen, x: number, y: number, next: () => number): void {
  pen.strokeStyle = next() < 0.5 ? "rgba(128, 152, 102, 0.5)" : "rgba(28, 40, 34, 0.5)";
  pen.lineWidth = 0.035;
  for (let blade = -1; blade <= 1; blade++) {
    pen.beginPath();
    pen.moveTo(x + blade * 0.05, y);
    pen.lineTo(x + blade * 0.11, y - 0.1 - next() * 0.08);
    pen.stroke();
  }
}

function pebble(pen: Pen, x: number, y: number, next: () => number): void {
  const radius = 0.035 + next() * 0.05;
  pen.fillStyle = "rgba(14, 16, 18, 0.4)";
  pen.beginPath();
  pen.ellipse(x + radius * 0.3, y + radius * 0.5, radius, radius * 0.75, 0, 0, 6.3);
  pen.fill();
  pen.fillStyle = next() < 0.5 ? "#7d7a70" : "#68665f";
  pen.beginPath();
  pen.ellipse(x, y, radius, radius * 0.75, 0, 0, 6.3);
  pen.fill();
}

/** A little unevenness pixel by pixel, so that the smooth colours below do not look like plastic. */
function grainPicture(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 256;
  const pen = canvas.getContext("2d")!;
  const image = pen.createImageData(256, 256);
  const next = random(77);
  for (let at = 0; at < image.data.length; at += 4) {
    const value = next();
    image.data[at] = image.data[at + 1] = image.data[at + 2] = value < 0.5 ? 0 : 235;
    image.data[at + 3] = Math.abs(value - 0.5) * 70;
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}
