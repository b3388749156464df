// Applies the golden frames with the mirror of `lib/`, which was written from PROTOCOL.md, and compares the states.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Mirror } from "./lib/mirror.mjs";

const [file] = process.argv.slice(2);
if (!file) {
  console.error("usage: node vectors.mjs FILE\n  for example: node vectors.mjs ../../shared/messages/vectors/frames.json");
  process.exit(2);
}

const { streams } = JSON.parse(readFileSync(file, "utf8"));
assert.ok(streams.length > 0, "the file has no streams");
/** A frame that must be refused: by an error, or by a hash that differs. */
function refuses({ after, hex }) {
  const mirror = new Mirror();
  mirror.apply(Buffer.from(after, "hex"));
  try {
    mirror.apply(Buffer.from(hex, "hex"));
  } catch {
    return true;
  }
  return mirror.mismatches > 0;
}

for (const { name, frames } of streams) {
  const mirror = new Mirror();
  for (const [index, frame] of frames.entries()) {
    if (frame.error) {
      assert.ok(refuses(frame), `${name}: ${frame.name} was taken`);
      continue;
    }
    const told = mirror.apply(Buffer.from(frame.hex, "hex"));
    const entities = [...mirror.entities]
      .sort(([a], [b]) => a - b)
      .map(([id, values]) => ({ id, components: Object.fromEntries(Object.entries(values)) }));
    const receipts = told.receipts.map(({ number, tick, code }) => ({ seq: number, tick, code }));
    const got = {
      tick: mirror.tick,
      hash: mirror.hash(),
      applied: mirror.applied,
      seat: mirror.seat,
      entities,
      receipts,
      events: told.events,
      seatEvents: told.own,
    };
    const wanted = Object.fromEntries(Object.keys(got).map((key) => [key, frame[key]]));
    assert.deepEqual(got, wanted, `${name}, frame ${index}`);
  }
  assert.equal(mirror.mismatches, 0, `${name}: a hash in a frame differs`);
  console.log(`ok    ${name}: ${frames.length} frames`);
}
