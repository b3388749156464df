/** The small map: terrain, fog, everything in view as dots, ghosts, the camera's frame and alarms. Plain 2D canvas. */
import { tincture } from "../palette";
import { isBuilding, KIND_ORE, STATS } from "../rules";
import type { Vision } from "../state/vision";
import type { World } from "../state/world";
import type { Camera } from "./camera";

/** Milliseconds that an alarm pulses. */
const PING_MS = 4_000;

export class Minimap {
  private readonly terrain: HTMLCanvasElement;
  private readonly fog: HTMLCanvasElement;
  private readonly fogImage: ImageData;
  private pings: { x: number; y: number; at: number; color: string }[] = [];

  constructor(
    private readonly world: World,
    private readonly vision: Vision,
    private readonly camera: Camera,
  ) {
    const { width, height } = world.map;
    this.terrain = plain(width, height);
    const pen = this.terrain.getContext("2d")!;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const wall = world.wallAt(x, y);
        const below = wall && !world.wallAt(x, y + 1);
        pen.fillStyle = below ? "#5c574e" : wall ? "#8d8678" : (x * 7 + y * 13) % 3 === 0 ? "#41524a" : "#3d4d47";
        pen.fillRect(x, y, 1, 1);
      }
    }
    this.fog = plain(width, height);
    this.fogImage = new ImageData(width, height);
  }

  ping(x: number, y: number, now: number, color = "#ff6a4a"): void {
    this.pings.push({ x, y, at: now, color });
  }

  /** Draws to fill the canvas. */
  draw(canvas: HTMLCanvasElement, now: number): void {
    const { width, height } = this.world.map;
    const pen = canvas.getContext("2d")!;
    const scale = Math.min(canvas.width / width, canvas.height / height);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(scale, 0, 0, scale, (canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.terrain, 0, 0);
    for (const ghost of this.vision.ghosts.values()) this.dot(pen, ghost);
    this.veil(pen);
    for (const entity of this.world.entities.values()) if (entity.owner < 0) this.dot(pen, entity);
    for (const entity of this.world.entities.values()) if (entity.owner >= 0) this.dot(pen, entity);
    this.frame(pen, scale);
    this.pulse(pen, now);
  }

  /** The map's point under a pixel of the canvas. */
  toMap(canvas: HTMLCanvasElement, px: number, py: number): { x: number; y: number } {
    const { width, height } = this.world.map;
    const box = canvas.getBoundingClientRect();
    const scale = Math.min(box.width / width, box.height / height);
    return {
      x: Math.max(0, Math.min(width, (px - box.left - (box.width - width * scale) / 2) / scale)),
      y: Math.max(0, Math.min(height, (py - box.top - (box.height - height * scale) / 2) / scale)),
    };
  }

  private veil(pen: CanvasRenderingContext2D): void {
    const { visible, explored } = this.vision;
    const { data } = this.fogImage;
    for (let n = 0; n < visible.length; n++) {
      data[4 * n] = 12;
      data[4 * n + 1] = 16;
      data[4 * n + 2] = 22;
      data[4 * n + 3] = visible[n] ? 0 : explored[n] ? 125 : 248;
    }
    this.fog.getContext("2d")!.putImageData(this.fogImage, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(this.fog, 0, 0);
  }

  private dot(pen: CanvasRenderingContext2D, thing: { kind: number; owner: number; x: number; y: number }): void {
    const look = tincture(thing.owner);
    if (thing.kind === KIND_ORE) {
      pen.fillStyle = "#6fd3a0";
      pen.fillRect(thing.x - 1, thing.y - 1, 2, 2);
      return;
    }
    const building = isBuilding(thing.kind);
    const side = building ? STATS[thing.kind].size + 0.6 : 1.5;
    pen.fillStyle = "#0c1016";
    pen.fillRect(thing.x - side / 2 - 0.35, thing.y - side / 2 - 0.35, side + 0.7, side + 0.7);
    pen.fillStyle = building ? look.main : look.light;
    pen.fillRect(thing.x - side / 2, thing.y - side / 2, side, side);
  }

  private frame(pen: CanvasRenderingContext2D, scale: number): void {
    const { left, top, right, bottom } = this.camera.bounds();
    pen.strokeStyle = "#f6efdf";
    pen.lineWidth = 1.6 / scale;
    pen.strokeRect(left, top, right - left, bottom - top);
  }

  private pulse(pen: CanvasRenderingContext2D, now: number): void {
    this.pings = this.pings.filter((ping) => now - ping.at < PING_MS);
    for (const ping of this.pings) {
      const beat = ((now - ping.at) / 900) % 1;
      pen.strokeStyle = ping.color;
      pen.globalAlpha = 1 - beat;
      pen.lineWidth = 0.9;
      pen.beginPath();
      pen.arc(ping.x, ping.y, 1 + beat * 7, 0, 2 * Math.PI);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }
}

function plain(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}
