/**
 * Frames of a match that Rust's mirror has been through, in a file that `MUSTER_RECORDED` names: a JSON object a line. A
 * test of the workspace writes it and runs this; without it there is nothing to compare.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SCHEMA } from "../generated/rules";
import { Mirror } from "./mirror";

interface Recorded {
  /** Whose mirror took it. */
  seat: number;
  hex: string;
  /** What Rust's mirror held and told after it. */
  hash: number;
  entities: number;
  columns: number[];
  applied: number;
  told: [number, number, number];
}

const path = process.env.MUSTER_RECORDED;

it.skipIf(path === undefined)("agrees with Rust's mirror at every frame of a match", () => {
  const lines = readFileSync(path as string, "utf8")
    .trimEnd()
    .split("\n");
  const mirrors = new Map<number, Mirror>();
  let checked = 0;
  for (const [place, line] of lines.entries()) {
    const frame: Recorded = JSON.parse(line);
    const mirror = mirrors.get(frame.seat) ?? new Mirror(SCHEMA);
    mirrors.set(frame.seat, mirror);
    const last = mirror.apply(Buffer.from(frame.hex, "hex"));
    checked += last.hashChecked ? 1 : 0;
    const held = {
      hash: mirror.hash(),
      entities: mirror.ids().length,
      columns: [...mirror.seat],
      applied: mirror.appliedSeq,
      told: [last.events.length, last.seatEvents.length, last.receipts.length],
    };
    const { seat, hex: _, ...wanted } = frame;
    expect(held, `frame ${place}, of seat ${seat}`).toEqual(wanted);
  }
  expect(checked).toBeGreaterThan(lines.length / 50);
  console.log(`compared ${lines.length} frames of ${mirrors.size} seats`);
});
