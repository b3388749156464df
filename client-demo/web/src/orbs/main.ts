/** A player of orbs, the engine's example of a game: draws what its mirror holds and goes where one points. */
import { FrameError } from "../sync/error";
import { Mirror } from "../sync/mirror";
import { Transport } from "../sync/transport";
import { draw } from "./draw";
import { SCHEMA } from "./schema";

/** Milliseconds between two orders. */
const ORDER_MS = 100;
/** Milliseconds between two `seen`. */
const SEEN_MS = 250;

const canvas = document.getElementById("field") as HTMLCanvasElement;
const link = new Transport();
let mirror = new Mirror(SCHEMA);
let seat = -1;
let frameAt = 0;
let seenAt = 0;
let number = 0;
let orderedAt = 0;
/** Where the pointer is, in the window; `null` until it has been somewhere. */
let pointer: { x: number; y: number } | null = null;

link.onUp = async () => {
  // Every connection is a new player: a seat is not kept.
  mirror = new Mirror(SCHEMA);
  number = 0;
  const reply = await link.ask<{ seat?: number; error?: string }>("play", 8_000);
  seat = reply.seat ?? -1;
  if (reply.error !== undefined) document.title = reply.error;
};

link.on("frame", (bytes: ArrayBuffer) => {
  try {
    mirror.apply(new Uint8Array(bytes));
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    link.send("resync", mirror.told);
    return;
  }
  frameAt = performance.now();
  if (frameAt - seenAt > SEEN_MS) {
    seenAt = frameAt;
    link.send("seen", mirror.tick);
  }
});

for (const event of ["pointermove", "pointerdown"] as const) {
  canvas.addEventListener(event, ({ clientX, clientY }) => {
    pointer = { x: clientX, y: clientY };
  });
}

function loop(now: number): void {
  const camera = draw(canvas, mirror, seat, now - frameAt);
  if (camera !== null && pointer !== null && now - orderedAt > ORDER_MS) {
    orderedAt = now;
    const { x, y } = camera.ground(pointer.x, pointer.y);
    link.send("act", ++number, { type: "go", x, y });
  }
  requestAnimationFrame(loop);
}

link.connect();
requestAnimationFrame(loop);
