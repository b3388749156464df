/** Golden frames on a bad way: whatever becomes of their bytes, a mirror fails with a frame error, stays small, and heals. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FrameError } from "./error";
import { Mirror } from "./mirror";
import { MAX_ENTITY_ID } from "./schema";

const ROUNDS = 4_000;
const path = new URL("../../../../shared/messages/vectors/frames.json", import.meta.url);
const { schema, streams } = JSON.parse(readFileSync(path, "utf8"));
const frames: number[][] = streams
  .flatMap((stream: { frames: { hex: string; error?: boolean }[] }) => stream.frames)
  .filter((frame: { error?: boolean }) => !frame.error)
  .map((frame: { hex: string }) => [...Buffer.from(frame.hex, "hex")]);

/** A seeded generator, so that a failure comes again: numbers below `end`. */
let seed = 12_345;
function random(end: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * end);
}

function bend(bytes: number[]): void {
  const at = random(bytes.length + 1);
  const what = random(5);
  if (what === 0) bytes[Math.min(at, bytes.length)] = random(256);
  else if (what === 1) bytes.splice(at, 0, random(256));
  else if (what === 2) bytes.splice(at, 1 + random(4));
  else if (what === 3) bytes.splice(at, 0, 0xff, 0xff, 0xff, 0xff, 0x0f);
  else {
    const other = frames[random(frames.length)];
    bytes.splice(at, bytes.length, ...other.slice(random(other.length)));
  }
}

it("takes bent frames as errors, in bounded memory, until a keyframe heals", () => {
  const [keyframe] = frames;
  const fresh = new Mirror(schema);
  fresh.apply(Uint8Array.from(keyframe));
  const mirror = new Mirror(schema);
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = [...frames[random(frames.length)]];
    for (let bends = random(4); bends >= 0; bends--) bend(bytes);
    try {
      mirror.apply(Uint8Array.from(bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(FrameError);
      expect(mirror.tick).toBeNull();
      refused += 1;
    }
    const { events, seatEvents, receipts } = mirror.last;
    expect(events.length + seatEvents.length + receipts.length).toBeLessThanOrEqual(bytes.length);
    expect(mirror.ids().length).toBeLessThanOrEqual(MAX_ENTITY_ID + 1);
    mirror.forget();
    mirror.apply(Uint8Array.from(keyframe));
    expect(mirror.hash()).toBe(fresh.hash());
  }
  expect(refused).toBeGreaterThan(ROUNDS / 2);
});
