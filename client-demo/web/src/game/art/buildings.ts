/** Keeps, barracks and deposits, seen from above and a little from the south. Each picture is larger than its footprint. */
import { JADE, OUTLINE, type Tincture } from "../palette";
import { board, disc, fade, inked, line, type Pen, polygon, random } from "./canvas";
import { arms, shieldPath } from "./heraldry";

/** Side of a building's picture, in tiles; its footprint is 3 of them, in the middle. */
export const BUILDING_TILES = 4.2;
/** Side of a deposit's picture, in tiles. */
export const ORE_TILES = 2.8;
const DETAIL = 72;
const STONE = ["#b3ab9a", "#8d8678", "#5d584f"] as const;

export function keep(look: Tincture): HTMLCanvasElement {
  const { canvas, pen } = board(BUILDING_TILES, DETAIL);
  platform(pen, 1.44);
  // The curtain wall and its towers.
  block(pen, -1.12, -1.1, 2.24, 2.1, 0.34, STONE[0], STONE[1], STONE[2]);
  pen.fillStyle = "#3a3833";
  pen.fillRect(-0.92, -0.92, 1.84, 1.4);
  for (const [x, y] of [
    [-1.08, -1.02],
    [1.08, -1.02],
    [-1.08, 0.86],
    [1.08, 0.86],
  ]) {
    tower(pen, x, y, 0.33, look);
  }
  gate(pen, 0, 1.32, 0.44, 0.5);
  // The hall under its roof of the seat's colour.
  roof(pen, -0.72, -0.98, 1.44, 1.2, look);
  arms(pen, look, 0.76, 0.06, () => shieldPath(pen, 0.7, 0.78));
  for (const x of [-1.08, 1.08]) pennant(pen, look, x, -1.02);
  return canvas;
}

export function barracks(look: Tincture): HTMLCanvasElement {
  const { canvas, pen } = board(BUILDING_TILES, DETAIL);
  platform(pen, 1.42);
  // A palisade around the yard.
  for (let n = 0; n <= 12; n++) {
    const x = -1.26 + n * 0.21;
    stake(pen, x, -1.02);
  }
  for (let n = 1; n <= 9; n++) {
    stake(pen, -1.27, -1.02 + n * 0.22);
    stake(pen, 1.27, -1.02 + n * 0.22);
  }
  // The long house.
  block(pen, -1.02, -0.55, 2.04, 1.05, 0.42, "#a8794a", "#8a6039", "#4f3620");
  gate(pen, 0, 0.92, 0.36, 0.4);
  for (const x of [-0.62, 0.62]) {
    pen.fillStyle = "#1b1712";
    pen.fillRect(x - 0.12, 0.6, 0.24, 0.18);
  }
  thatch(pen, look);
  // A rack of spears in the yard.
  for (const x of [-0.95, -0.8, 0.8, 0.95]) {
    pen.strokeStyle = OUTLINE;
    pen.lineWidth = 0.09;
    line(pen, x, 1.3, x + 0.06, 0.78);
    pen.strokeStyle = "#d5dde2";
    pen.lineWidth = 0.04;
    line(pen, x, 1.3, x + 0.06, 0.78);
  }
  return canvas;
}

/** The same for both: a levelled ground with stakes and beams, under what is not finished. */
export function foundation(): HTMLCanvasElement {
  const { canvas, pen } = board(BUILDING_TILES, DETAIL);
  platform(pen, 1.42);
  pen.strokeStyle = "#a98a5c";
  pen.lineWidth = 0.08;
  pen.setLineDash([0.22, 0.16]);
  pen.strokeRect(-1.2, -1.2, 2.4, 2.4);
  pen.setLineDash([]);
  for (const [x, y] of [
    [-1.2, -1.2],
    [1.2, -1.2],
    [-1.2, 1.2],
    [1.2, 1.2],
  ]) {
    disc(pen, x, y, 0.12);
    inked(pen, "#8a6039", OUTLINE, 0.05);
  }
  for (const y of [-0.6, 0, 0.6]) {
    pen.strokeStyle = OUTLINE;
    pen.lineWidth = 0.16;
    line(pen, -0.9, y, 0.9, y - 0.08);
    pen.strokeStyle = "#9a7146";
    pen.lineWidth = 0.1;
    line(pen, -0.9, y, 0.9, y - 0.08);
  }
  return canvas;
}

/** A cluster of crystals. `seed` varies it. */
export function ore(seed: number): HTMLCanvasElement {
  const { canvas, pen } = board(ORE_TILES, DETAIL);
  const next = random(seed);
  for (let n = 0; n < 9; n++) {
    const angle = next() * 6.3;
    const radius = 0.55 + next() * 0.5;
    pen.fillStyle = n % 2 === 0 ? "#4a4d49" : "#3a3e3d";
    disc(pen, Math.cos(angle) * radius, Math.sin(angle) * radius * 0.75 + 0.2, 0.16 + next() * 0.16);
    pen.fill();
  }
  const glow = pen.createRadialGradient(0, 0.1, 0.1, 0, 0.1, 1.25);
  glow.addColorStop(0, "rgba(111, 211, 160, 0.4)");
  glow.addColorStop(1, "rgba(111, 211, 160, 0)");
  pen.fillStyle = glow;
  pen.fillRect(-1.4, -1.4, 2.8, 2.8);
  const shards = Array.from({ length: 7 }, (_, n) => ({
    x: (n - 3) * 0.24 + (next() - 0.5) * 0.2,
    y: 0.15 + Math.abs(n - 3) * -0.06 + next() * 0.55,
    height: 0.62 + next() * 0.55 - Math.abs(n - 3) * 0.08,
    lean: (n - 3) * 0.13 + (next() - 0.5) * 0.16,
  }));
  shards.sort((a, b) => a.y - b.y);
  for (const shard of shards) crystal(pen, shard.x, shard.y, shard.height, shard.lean);
  return canvas;
}

function crystal(pen: Pen, x: number, y: number, height: number, lean: number): void {
  const [half, tip] = [0.17, x + lean];
  polygon(pen, [
    [x - half, y],
    [tip - half * 0.8, y - height * 0.72],
    [tip, y - height],
    [tip + half * 0.8, y - height * 0.66],
    [x + half, y],
    [x, y + 0.1],
  ]);
  inked(pen, fade(pen, y - height, y, "#c9ffe2", JADE, "#2f8a67"), OUTLINE, 0.05);
  polygon(pen, [
    [x + half * 0.1, y + 0.06],
    [tip, y - height * 0.62],
    [tip, y - height],
    [tip + half * 0.8, y - height * 0.66],
    [x + half, y],
  ]);
  pen.fillStyle = "rgba(12, 60, 48, 0.42)";
  pen.fill();
}

function platform(pen: Pen, half: number): void {
  pen.fillStyle = "rgba(6, 8, 12, 0.45)";
  pen.beginPath();
  pen.roundRect(-half + 0.08, -half + 0.2, 2 * half + 0.1, 2 * half, 0.3);
  pen.fill();
  pen.beginPath();
  pen.roundRect(-half, -half, 2 * half, 2 * half, 0.26);
  inked(pen, fade(pen, -half, half, "#6a6150", "#4c4538"), "#2a261f", 0.06);
}

/** A box: its top, and its south face below it. */
function block(pen: Pen, x: number, y: number, w: number, h: number, rise: number, ...stone: string[]): void {
  pen.beginPath();
  pen.roundRect(x, y, w, h + rise, 0.08);
  inked(pen, fade(pen, y + h, y + h + rise, stone[1], stone[2]), OUTLINE, 0.07);
  pen.beginPath();
  pen.roundRect(x, y, w, h, 0.08);
  pen.fillStyle = stone[0];
  pen.fill();
}

function tower(pen: Pen, x: number, y: number, radius: number, look: Tincture): void {
  pen.beginPath();
  pen.arc(x, y + 0.42, radius, 0, Math.PI);
  pen.lineTo(x - radius, y);
  pen.arc(x, y, radius, Math.PI, 0);
  pen.closePath();
  inked(pen, fade(pen, y, y + 0.8, STONE[1], "#4a463f"), OUTLINE, 0.07);
  disc(pen, x, y, radius);
  inked(pen, STONE[0], OUTLINE, 0.05);
  for (let n = 0; n < 8; n++) {
    const angle = (n * Math.PI) / 4;
    pen.fillStyle = "#d6cfbd";
    pen.fillRect(x + Math.cos(angle) * radius * 0.82 - 0.05, y + Math.sin(angle) * radius * 0.82 - 0.05, 0.1, 0.1);
  }
  disc(pen, x, y, radius * 0.56);
  inked(pen, look.main, look.dark, 0.05);
}

/** A flag on the pole of a tower. */
function pennant(pen: Pen, look: Tincture, x: number, y: number): void {
  pen.strokeStyle = OUTLINE;
  pen.lineWidth = 0.11;
  line(pen, x, y, x, y - 0.92);
  pen.strokeStyle = "#cdb78c";
  pen.lineWidth = 0.05;
  line(pen, x, y, x, y - 0.92);
  polygon(pen, [
    [x + 0.03, y - 0.92],
    [x + 0.72, y - 0.74],
    [x + 0.5, y - 0.6],
    [x + 0.66, y - 0.44],
    [x + 0.03, y - 0.42],
  ]);
  inked(pen, fade(pen, y - 0.92, y - 0.42, look.light, look.main), OUTLINE, 0.05);
}

function gate(pen: Pen, x: number, foot: number, width: number, height: number): void {
  pen.beginPath();
  pen.moveTo(x - width / 2, foot);
  pen.lineTo(x - width / 2, foot - height * 0.5);
  pen.quadraticCurveTo(x, foot - height * 1.25, x + width / 2, foot - height * 0.5);
  pen.lineTo(x + width / 2, foot);
  pen.closePath();
  inked(pen, "#16120e", "#8a6039", 0.05);
}

/** A hipped roof: four slopes, lit from the north-west. */
function roof(pen: Pen, x: number, y: number, w: number, h: number, look: Tincture): void {
  const [cx, top, low] = [x + w / 2, y + h * 0.36, y + h * 0.5];
  const slopes: [string, [number, number][]][] = [
    [
      look.main,
      [
        [x, y],
        [x + w, y],
        [cx, top],
      ],
    ],
    [
      look.light,
      [
        [x, y],
        [cx, top],
        [cx, low],
        [x, y + h],
      ],
    ],
    [
      look.dark,
      [
        [x + w, y],
        [cx, top],
        [cx, low],
        [x + w, y + h],
      ],
    ],
    [
      look.main,
      [
        [x, y + h],
        [cx, low],
        [x + w, y + h],
      ],
    ],
  ];
  for (const [color, points] of slopes) {
    polygon(pen, points);
    inked(pen, color, "rgba(17, 21, 27, 0.55)", 0.035);
  }
  pen.strokeStyle = OUTLINE;
  pen.lineWidth = 0.07;
  pen.strokeRect(x, y, w, h);
}

/** The roof of the long house: two slopes of thatch, with a band of the seat's colour. */
function thatch(pen: Pen, look: Tincture): void {
  const [left, right, top, ridge, foot] = [-1.18, 1.18, -0.9, -0.38, 0.3];
  polygon(pen, [
    [left, top],
    [right, top],
    [right, ridge],
    [left, ridge],
  ]);
  inked(pen, "#c19a5b", OUTLINE, 0.06);
  polygon(pen, [
    [left, ridge],
    [right, ridge],
    [right, foot],
    [left, foot],
  ]);
  inked(pen, fade(pen, ridge, foot, "#a67c42", "#7a5729"), OUTLINE, 0.06);
  pen.strokeStyle = "rgba(50, 32, 12, 0.4)";
  pen.lineWidth = 0.025;
  for (let n = 0; n < 23; n++) {
    const x = left + 0.08 + n * 0.1;
    line(pen, x, top + 0.05, x, ridge - 0.05);
    line(pen, x, ridge + 0.05, x, foot - 0.05);
  }
  for (const [from, to, color] of [
    [top, ridge, look.light],
    [ridge, foot, look.main],
  ] as const) {
    for (const x of [left + 0.1, right - 0.52]) {
      polygon(pen, [
        [x, from],
        [x + 0.42, from],
        [x + 0.42, to],
        [x, to],
      ]);
      inked(pen, color, OUTLINE, 0.045);
    }
  }
  pen.save();
  pen.translate(0, -0.28);
  arms(pen, look, 0.66, 0.06, () => shieldPath(pen, 0.6, 0.68));
  pen.restore();
}

function stake(pen: Pen, x: number, y: number): void {
  polygon(pen, [
    [x - 0.09, y + 0.3],
    [x - 0.09, y],
    [x, y - 0.14],
    [x + 0.09, y],
    [x + 0.09, y + 0.3],
  ]);
  inked(pen, "#8f6a40", OUTLINE, 0.04);
}
