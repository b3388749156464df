/** The colours of the ground at a few pixels a tile: what the finer drawing of `terrain.ts` is laid over. */
import type { MapInfo } from "../../generated/messages";
import { layers, noise } from "./noise";

/** Pixels for each tile of the coarse pictures. */
export const GROUND_COARSE = 6;
export const ROCK_COARSE = 5;

type Rgb = readonly [number, number, number];

const MOSS: Rgb = [62, 82, 66];
const SLATE: Rgb = [52, 66, 68];
const EARTH: Rgb = [92, 82, 62];
const DUST: Rgb = [118, 104, 78];
const ROCK: Rgb = [138, 129, 113];
const ROCK_DARK: Rgb = [98, 92, 84];
const ROCK_MOSS: Rgb = [108, 114, 88];

/** Grass, slate and trodden earth, darker at the foot of walls. */
export function groundPicture(map: MapInfo): HTMLCanvasElement {
  const closeness = wallCloseness(map);
  return paint(map, GROUND_COARSE, (x, y, place) => {
    const broad = layers(x * 0.09, y * 0.09, 11, 3);
    const dry = layers(x * 0.13 + 40, y * 0.13, 23, 3);
    const fine = noise(x * 2.7, y * 2.7, 5) * 0.6 + noise(x * 6.1, y * 6.1, 7) * 0.4;
    let color = mix(SLATE, MOSS, step(0.36, 0.62, broad));
    color = mix(color, EARTH, step(0.52, 0.7, dry) * 0.85);
    color = mix(color, DUST, step(0.66, 0.82, dry) * 0.7);
    const light = 0.86 + fine * 0.26 - closeness[place] * 0.42;
    return [color[0] * light, color[1] * light, color[2] * light];
  });
}

/** Bare rock with moss in its hollows, for the tops of walls. */
export function rockPicture(map: MapInfo): HTMLCanvasElement {
  return paint(map, ROCK_COARSE, (x, y) => {
    const broad = layers(x * 0.3, y * 0.3, 41, 3);
    const fine = layers(x * 1.7, y * 1.7, 47, 2);
    let color = mix(ROCK_DARK, ROCK, step(0.3, 0.7, broad));
    color = mix(color, ROCK_MOSS, step(0.55, 0.75, layers(x * 0.21, y * 0.21, 53, 2)) * 0.7);
    const light = 0.8 + fine * 0.42;
    return [color[0] * light, color[1] * light, color[2] * light];
  });
}

function paint(map: MapInfo, coarse: number, color: (x: number, y: number, place: number) => Rgb): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const [width, height] = [map.width * coarse, map.height * coarse];
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d")!;
  const image = pen.createImageData(width, height);
  for (let py = 0; py < height; py++) {
    for (let px = 0; px < width; px++) {
      const tile = Math.floor(py / coarse) * map.width + Math.floor(px / coarse);
      const rgb = color(px / coarse, py / coarse, tile);
      const at = (py * width + px) * 4;
      image.data[at] = rgb[0];
      image.data[at + 1] = rgb[1];
      image.data[at + 2] = rgb[2];
      image.data[at + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** For each tile, 0 to 1: how much of the tiles around it is wall. */
function wallCloseness(map: MapInfo): Float32Array {
  const closeness = new Float32Array(map.width * map.height);
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      let walls = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [tx, ty] = [x + dx, y + dy];
          const inside = tx >= 0 && ty >= 0 && tx < map.width && ty < map.height;
          if (inside && map.tiles[ty * map.width + tx] === "#") walls += 1;
        }
      }
      closeness[y * map.width + x] = walls / 9;
    }
  }
  return closeness;
}

function mix(a: Rgb, b: Rgb, part: number): Rgb {
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, a[2] + (b[2] - a[2]) * part];
}

function step(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
