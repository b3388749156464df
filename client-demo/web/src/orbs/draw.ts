/** The field as one player sees it. */
import type { Mirror } from "../sync/mirror";
import { BODY, MOTION, SIDE, TICK_MS } from "./schema";

/** How the window shows the field. */
export interface Camera {
  /** The place of the field under a point of the window, within the field. */
  ground(x: number, y: number): { x: number; y: number };
}

interface Thing {
  x: number;
  y: number;
  radius: number;
  mass: number;
  seat: number;
}

/** Draws what is in view, carried on by its velocity since the newest frame. `null` while one has no orb. */
export function draw(canvas: HTMLCanvasElement, mirror: Mirror, seat: number, sinceFrameMs: number): Camera | null {
  const { innerWidth: width, innerHeight: height, devicePixelRatio: ratio } = window;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = "#10141b";
  context.fillRect(0, 0, width, height);

  const things = see(mirror, Math.min(1, sinceFrameMs / TICK_MS));
  const own = things.find((thing) => thing.seat === seat);
  if (own === undefined) return null;
  // As far as the server shows: the radius of sight touches the window's longer side.
  const scale = Math.max(width, height) / 2 / (3_000 + 4 * own.radius);
  const across = (x: number) => (x - own.x) * scale + width / 2;
  const down = (y: number) => (y - own.y) * scale + height / 2;

  context.strokeStyle = "#1c2430";
  context.lineWidth = 1;
  context.beginPath();
  for (let line = 0; line <= SIDE; line += SIDE / 32) {
    context.moveTo(across(line), down(0));
    context.lineTo(across(line), down(SIDE));
    context.moveTo(across(0), down(line));
    context.lineTo(across(SIDE), down(line));
  }
  context.stroke();

  // The heavy ones cover the light ones.
  for (const thing of things.sort((a, b) => a.mass - b.mass)) {
    context.beginPath();
    context.arc(across(thing.x), down(thing.y), Math.max(2, thing.radius * scale), 0, 2 * Math.PI);
    context.fillStyle = thing.seat < 0 ? "#7f8ea3" : `hsl(${(thing.seat * 137) % 360} 65% 55%)`;
    context.fill();
    if (thing.seat < 0) continue;
    if (thing.seat === seat) {
      context.strokeStyle = "#ffffff";
      context.lineWidth = 2;
      context.stroke();
    }
    label(context, `${thing.mass}`, across(thing.x), down(thing.y));
  }
  label(
    context,
    `mass ${own.mass}   eaten ${mirror.seat[0]}   lost ${mirror.seat[1]}   tick ${mirror.tick}`,
    width / 2,
    20,
  );
  const clamp = (value: number) => Math.round(Math.min(SIDE, Math.max(0, value)));
  return {
    ground: (x, y) => ({
      x: clamp((x - width / 2) / scale + own.x),
      y: clamp((y - height / 2) / scale + own.y),
    }),
  };
}

function see(mirror: Mirror, ticks: number): Thing[] {
  return mirror.ids().flatMap((id) => {
    const motion = mirror.values(id, MOTION);
    const body = mirror.values(id, BODY);
    if (motion === null || body === null) return [];
    const [x, y, vx, vy] = motion;
    const [mass, seat] = body;
    return [{ x: x + vx * ticks, y: y + vy * ticks, radius: 64 * Math.floor(Math.sqrt(mass)), mass, seat }];
  });
}

function label(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.font = "14px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = "#ffffff";
  context.fillText(text, x, y);
}
