// Applies recorded frames with the mirror of `lib/`, which was written from PROTOCOL.md: a JSON object a line, with what
// Rust's mirror held after each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Mirror } from "./lib/mirror.mjs";

const [file] = process.argv.slice(2);
if (!file) {
  console.error("usage: node recorded.mjs FILE");
  process.exit(2);
}

const mirrors = new Map();
const lines = readFileSync(file, "utf8").trimEnd().split("\n");
for (const [index, line] of lines.entries()) {
  const { seat, hex, ...wanted } = JSON.parse(line);
  const mirror = mirrors.get(seat) ?? new Mirror();
  mirrors.set(seat, mirror);
  const told = mirror.apply(Buffer.from(hex, "hex"));
  const got = {
    hash: mirror.hash(),
    entities: mirror.entities.size,
    columns: mirror.seat,
    applied: mirror.applied,
    told: [told.events.length, told.own.length, told.receipts.length],
  };
  assert.deepEqual(got, wanted, `frame ${index}, of seat ${seat}`);
  assert.equal(mirror.mismatches, 0);
}
console.log(`compared ${lines.length} frames of ${mirrors.size} seats`);
