/** The golden frames that Rust's mirror has been through as well: both ends must read the same bytes the same way. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FrameError } from "./error";
import { Mirror } from "./mirror";
import type { Schema } from "./schema";

interface VectorFrame {
  hex: string;
  /** The frame must be refused. */
  error?: boolean;
  name?: string;
  /** Applied first, to a mirror of its own. */
  after?: string | null;
  tick: number;
  base: number | null;
  hash: number;
  hashChecked: boolean;
  applied: number;
  entities: { id: number; components: Record<string, number[]> }[];
  seat: number[];
  entered: number[];
  left: number[];
  events: unknown[];
  seatEvents: unknown[];
  receipts: unknown[];
}

interface Vectors {
  schema: Schema;
  streams: { name: string; frames: VectorFrame[] }[];
}

const path = new URL("../../../../shared/messages/vectors/frames.json", import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(path, "utf8"));

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** All that a mirror holds, in the form of the vectors. */
function held(mirror: Mirror) {
  return mirror.ids().map((id) => {
    const places = mirror.schema.components.map((_, place) => [String(place), mirror.values(id, place)] as const);
    return { id, components: Object.fromEntries(places.filter(([, values]) => values !== null)) };
  });
}

describe.each(vectors.streams)("golden frames: $name", ({ frames }) => {
  it("are read as Rust reads them", () => {
    expect(frames.length).toBeGreaterThan(0);
    let mirror = new Mirror(vectors.schema);
    for (const frame of frames) {
      if (frame.after !== undefined) {
        mirror = new Mirror(vectors.schema);
        if (frame.after !== null) mirror.apply(bytes(frame.after));
      }
      if (frame.error) {
        expect(() => mirror.apply(bytes(frame.hex)), frame.name).toThrow(FrameError);
        expect(mirror.tick).toBeNull();
        continue;
      }
      const { entities, seat, applied, hash, hex: _, after: __, name: ___, error: ____, ...told } = frame;
      expect(mirror.apply(bytes(frame.hex))).toMatchObject(told);
      expect(held(mirror)).toEqual(entities);
      expect([...mirror.seat]).toEqual(seat);
      expect(mirror.appliedSeq).toBe(applied);
      expect(mirror.hash()).toBe(hash);
    }
  });
});
