import { describe, expect, it } from "vitest";
import { FrameError } from "./error";
import { Mirror } from "./mirror";
import type { Schema } from "./schema";

const SCHEMA: Schema = {
  components: [
    { name: "place", columns: ["x", "y"] },
    { name: "health", columns: ["hp"] },
  ],
  seat: ["gold", "food"],
};

/** Tick 7: entities 0, 1, 5 with places, 5 with a health, an event, gold... told byte by byte. */
const KEYFRAME = [
  [3, 81, 7, 0], // format, key with events and newcomers, tick; nobody stayed
  [3 << 2, 0, 0, 3], // entered 0, 1, 5
  [1, 2, 6, 10, 4, 8, 12], // place of all: x 1 3 5, y 2 4 6
  [0x82, 1 << 2, 5, 17, 0], // health of 5: -9; end of sections
  [1, 1, 3, 6, 2, 2, 1], // one event: age 1, kind 3, subject 5, arguments 1 and -1
  [7, 4, 2, 100], // applied 4, mask food, 50
  [1, 4, 0, 2], // receipt of 4 now: code 2
].flat();

/** Tick 8 on 7, relative: 1 leaves, 2 enters, 5 loses its health, 0 and 2 move. */
const DELTA = [
  [3, 74, 8], // format, relative with those who left and newcomers, tick
  [1 << 2, 1], // left 1
  [1, 1 << 2, 0, 1, 0], // place of 0: x -1, y 0
  [0x82, 1 << 2, 5, 0, 0], // health: 5 removed, no rows; end of sections
  [1 << 2, 2, 1, 80, 82, 0], // entered 2 with its place 40 41; end of sections
  [0], // nothing of the seat
].flat();

const bytes = (list: number[]) => Uint8Array.from(list);

describe("a mirror", () => {
  it("holds the state that a keyframe and a delta describe", () => {
    const mirror = new Mirror(SCHEMA);
    const applied = mirror.apply(bytes(KEYFRAME));
    expect(applied.entered).toEqual([0, 1, 5]);
    expect(applied.events).toEqual([{ tick: 6, kind: 3, subject: 5, args: [1, -1] }]);
    expect(applied.receipts).toEqual([{ seq: 4, tick: 7, code: 2 }]);
    expect(mirror.values(1, 0)).toEqual([3, 4]);
    expect(mirror.cell(5, 1, 0)).toBe(-9);
    expect([...mirror.seat]).toEqual([0, 50]);

    const next = mirror.apply(bytes(DELTA));
    expect([next.left, next.entered]).toEqual([[1], [2]]);
    expect(mirror.values(0, 0)).toEqual([0, 2]);
    expect(mirror.values(2, 0)).toEqual([40, 41]);
    expect(mirror.values(5, 1)).toBeNull();
    expect(mirror.ids()).toEqual([0, 2, 5]);
    expect([...mirror.seat]).toEqual([0, 50]);
  });

  it("refuses a delta on another base until the next keyframe", () => {
    const mirror = new Mirror(SCHEMA);
    expect(() => mirror.apply(bytes(DELTA))).toThrow("the mirror holds none");
    mirror.apply(bytes(KEYFRAME));
    mirror.apply(bytes(DELTA));
    expect(() => mirror.apply(bytes(DELTA))).toThrow(FrameError);
    expect(mirror.tick).toBeNull();
    mirror.apply(bytes(KEYFRAME));
    expect(mirror.ids()).toEqual([0, 1, 5]);
  });

  it("notices a wrong hash and counts a right one", () => {
    const empty = (hash: number[]) => bytes([3, 5, 1, ...hash, 0, 0]);
    const mirror = new Mirror(SCHEMA);
    expect(mirror.apply(empty([0, 0, 0, 0])).hashChecked).toBe(true);
    expect(() => mirror.apply(empty([1, 0, 0, 0]))).toThrow("the server's to 1");
  });

  it("takes no prefix of a frame, and fails in no other way than with a frame error", () => {
    for (const whole of [KEYFRAME, DELTA]) {
      for (let end = 0; end < whole.length; end++) {
        const mirror = new Mirror(SCHEMA);
        mirror.apply(bytes(KEYFRAME));
        expect(() => mirror.apply(bytes(whole.slice(0, end)))).toThrow(FrameError);
      }
      for (let at = 0; at < whole.length; at++) {
        for (let value = 0; value < 256; value++) {
          const mirror = new Mirror(SCHEMA);
          mirror.apply(bytes(KEYFRAME));
          const bent = bytes(whole);
          bent[at] = value;
          try {
            mirror.apply(bent);
          } catch (error) {
            expect(error).toBeInstanceOf(FrameError);
          }
        }
      }
    }
  });
});
