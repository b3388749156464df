// A real client of Colyseus in a world of much motion, with Colyseus' own SDK: it takes in every patch, is stopped from outside
// for a while, and compares what it holds with the world once that stands still. ../src/reader does the same in Muster.

import { parseArgs } from "node:util";
import { Client } from "@colyseus/sdk";
import { World } from "./world.mjs";

const { values: flags } = parseArgs({
  options: { connect: { type: "string" }, ticks: { type: "string" } },
});

// So many looks, this far apart, without a patch in between: the world is at rest. A process that was stopped has missed none.
const LOOKS = 20;
const APART = 100;

let patches = 0;
let closed = null;
const errors = [];
process.on("uncaughtException", (error) => errors.push(String(error)));
// What the decoder makes of bytes that it does not understand.
for (const name of ["warn", "error"]) console[name] = (...words) => errors.push(words.join(" "));

const room = await new Client(`http://${flags.connect}`).joinOrCreate("world", { room: 0 });
room.reconnection.enabled = false;
room.onStateChange(() => {
  patches += 1;
  if (patches === 1) console.log(JSON.stringify({ opened: 1 }));
});
room.onLeave((code) => {
  closed = code;
});

let [quiet, before] = [0, 0];
while (quiet < LOOKS && closed === null) {
  await new Promise((resolve) => setTimeout(resolve, APART));
  quiet = patches === before ? quiet + 1 : 0;
  before = patches;
}

const world = new World("crowd");
while (world.ticks < Number(flags.ticks)) {
  world.step();
  world.check();
}
const wrong = world.things.filter((thing, at) => {
  const held = room.state.things.get(String(at));
  return ["x", "y", "hp", "state"].some((field) => held?.[field] !== thing[field]);
});
const figures = { entities: world.things.length, wrong: wrong.length, frames: patches, closed, errors: errors.length };
console.log(JSON.stringify({ ...figures, first: errors[0]?.slice(0, 200) }));
process.exit(0);
