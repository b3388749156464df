/** The title's backdrop: a map of hills in contour lines, as on a staff officer's table. */
import { line, random } from "./canvas";
import { layers } from "./noise";

/** Pixels between two samples of the height. */
const CELL = 9;
const LEVELS = 15;

/** Draws the hills on a canvas of that size in CSS pixels. */
export function drawContours(canvas: HTMLCanvasElement, width: number, height: number): void {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext("2d")!;
  pen.scale(ratio, ratio);
  const [columns, rows] = [Math.ceil(width / CELL) + 2, Math.ceil(height / CELL) + 2];
  const heights = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      heights[row * columns + column] = layers(column * 0.028 + 3, row * 0.028 + 8, 91, 4);
    }
  }
  shade(pen, heights, columns, rows);
  for (let level = 1; level < LEVELS; level++) {
    const strong = level % 4 === 0;
    pen.strokeStyle = strong ? "rgba(226, 203, 150, 0.30)" : "rgba(226, 203, 150, 0.13)";
    pen.lineWidth = strong ? 1.3 : 0.8;
    contour(pen, heights, columns, rows, 0.2 + (level / LEVELS) * 0.6);
  }
  grid(pen, width, height);
}

/** Light from the north-west, drawn small and stretched: the hills are smooth. */
function shade(pen: CanvasRenderingContext2D, heights: Float32Array, columns: number, rows: number): void {
  const small = document.createElement("canvas");
  small.width = columns;
  small.height = rows;
  const brush = small.getContext("2d")!;
  const image = brush.createImageData(columns, rows);
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const at = row * columns + column;
      const light = Math.max(-1, Math.min(1, (heights[at + columns + 1] - heights[at]) * 26));
      image.data.set(light > 0 ? [0, 0, 0, light * 96] : [176, 190, 176, -light * 30], 4 * at);
    }
  }
  brush.putImageData(image, 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, 0, 0, columns * CELL, rows * CELL);
}

/** Marching squares for one height. */
function contour(
  pen: CanvasRenderingContext2D,
  heights: Float32Array,
  columns: number,
  rows: number,
  level: number,
): void {
  pen.beginPath();
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const at = row * columns + column;
      const corners = [heights[at], heights[at + 1], heights[at + columns + 1], heights[at + columns]];
      const cuts: [number, number][] = [];
      for (let side = 0; side < 4; side++) {
        const [a, b] = [corners[side], corners[(side + 1) % 4]];
        if (a > level === b > level) continue;
        const part = (level - a) / (b - a);
        const [x, y] = [
          [part, 0],
          [1, part],
          [1 - part, 1],
          [0, 1 - part],
        ][side];
        cuts.push([(column + x) * CELL, (row + y) * CELL]);
      }
      for (let n = 0; n + 1 < cuts.length; n += 2) {
        pen.moveTo(...cuts[n]);
        pen.lineTo(...cuts[n + 1]);
      }
    }
  }
  pen.stroke();
}

function grid(pen: CanvasRenderingContext2D, width: number, height: number): void {
  pen.strokeStyle = "rgba(226, 203, 150, 0.05)";
  pen.lineWidth = 1;
  for (let x = 90; x < width; x += 180) line(pen, x, 0, x, height);
  for (let y = 60; y < height; y += 180) line(pen, 0, y, width, y);
  const next = random(12);
  pen.strokeStyle = "rgba(226, 203, 150, 0.22)";
  for (let n = 0; n < (width * height) / 26_000; n++) {
    const [x, y] = [next() * width, next() * height];
    line(pen, x - 3, y + 3, x, y - 3);
    line(pen, x, y - 3, x + 3, y + 3);
  }
}
