/** Helpers to draw on a canvas in tiles, with the origin in the middle. */

export type Pen = CanvasRenderingContext2D;

/** A square canvas, `tiles` wide, with a pen whose unit is a tile and whose origin is the middle. */
export function board(tiles: number, pixelsPerTile: number): { canvas: HTMLCanvasElement; pen: Pen } {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(tiles * pixelsPerTile);
  const pen = canvas.getContext("2d")!;
  pen.scale(pixelsPerTile, pixelsPerTile);
  pen.translate(tiles / 2, tiles / 2);
  pen.lineJoin = pen.lineCap = "round";
  return { canvas, pen };
}

/** Starts a path through the points and closes it. */
export function polygon(pen: Pen, points: readonly (readonly [number, number])[]): void {
  pen.beginPath();
  for (const [n, [x, y]] of points.entries()) {
    if (n === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.closePath();
}

export function disc(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

export function line(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

/** Fills and outlines the current path. */
export function inked(pen: Pen, fill: string | CanvasGradient, outline: string, width: number): void {
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = outline;
  pen.lineWidth = width;
  pen.stroke();
}

/** A gradient from top to bottom between two heights. */
export function fade(pen: Pen, from: number, to: number, ...colors: string[]): CanvasGradient {
  const gradient = pen.createLinearGradient(0, from, 0, to);
  for (const [n, color] of colors.entries()) gradient.addColorStop(n / (colors.length - 1), color);
  return gradient;
}

/** A seeded stream of numbers from 0 to 1 (mulberry32), so that decoration is the same on every visit. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
