// Plays with socket.io-client in every way it can connect: polling, WebSocket, and the upgrade from one to the other, each
// with the default parser and with MessagePack. The two parsers of a transport meet in one match, and all play at once.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as msgpack from "socket.io-msgpack-parser";
import { Player } from "./lib/player.mjs";
import { TILE, WORKER } from "./lib/schema.mjs";

/** How long frames are watched, in ms. */
const WATCH = 5_000;

const TRANSPORTS = [
  { name: "polling", options: { transports: ["polling"] }, expected: ["polling"], leastFrames: 10 },
  { name: "websocket", options: { transports: ["websocket"] }, expected: ["websocket"], leastFrames: 50 },
  { name: "upgrade", options: {}, expected: ["polling", "websocket"], leastFrames: 50 },
];
const PARSERS = [
  { name: "json", options: {} },
  { name: "msgpack", options: { parser: msgpack.default ?? msgpack } },
];

function check(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

/** Walks a worker to a free neighbouring place and sees it arrive in frames. */
async function moveWorker(player) {
  const [worker] = player.own(WORKER);
  check(worker !== undefined, "no worker of one's own is in view");
  const [x, y] = player.position(worker);
  const { width, height, tiles } = player.start.map;
  const open = [[3, 0], [-3, 0], [0, 3], [0, -3], [3, 3], [-3, -3]].find(([dx, dy]) => {
    const [column, row] = [Math.floor(x / TILE) + dx, Math.floor(y / TILE) + dy];
    return column >= 0 && row >= 0 && column < width && row < height && tiles[row * width + column] === ".";
  });
  check(open, `no open tile near ${x}, ${y}`);
  const target = { x: x + open[0] * TILE, y: y + open[1] * TILE };
  const { number, problem } = await player.act({ type: "move", units: [worker], ...target });
  check(problem === null, `the move was answered with ${JSON.stringify(problem)}`);
  const receipt = await player.receipt(number);
  check(receipt.code === 0, `the move's receipt has code ${receipt.code}`);
  await player.until("a step of the worker", () => {
    const now = player.position(worker);
    return now && (now[0] !== x || now[1] !== y);
  });
  return receipt;
}

/** What must be refused is refused, and the match goes on. */
async function refusals(player) {
  const unseen = await player.act({ type: "move", units: [65_000], x: 0, y: 0 });
  check(unseen.problem === null, `an unseen id was answered with ${JSON.stringify(unseen.problem)}`);
  const receipt = await player.receipt(unseen.number);
  check(receipt.code === 1, `an unseen id has receipt code ${receipt.code}, not 1`);

  const stale = await player.act({ type: "stop", units: player.own(WORKER) }, unseen.number);
  check(stale.problem?.code === "stale_sequence", `a used number was answered with ${JSON.stringify(stale.problem)}`);

  const again = await player.socket.timeout(5_000).emitWithAck("play", {});
  check(again?.error?.code === "already_seated", `a second play was answered with ${JSON.stringify(again)}`);

  player.socket.emit("no such event", 1);
  await player.until("the error for an unknown event", () => player.problems.length > 0);
  check(player.problems[0].code === "unknown_event", `an unknown event gave ${JSON.stringify(player.problems[0])}`);
}

async function way(url, transport, parser, code) {
  const player = new Player(url, { ...transport.options, ...parser.options });
  try {
    await player.play({ name: `${transport.name} ${parser.name}`, players: 2, code, waitMs: 10_000 });
    check(player.start.seats.every((seat) => !seat.computer), "a computer took a seat that a player was waiting for");
    const receipt = await moveWorker(player);
    await refusals(player);

    const { tick, frames } = player.mirror;
    await sleep(WATCH);
    const ticks = player.mirror.tick - tick;
    const got = player.mirror.frames - frames;
    const { mismatches, hashes } = player.mirror;
    check(player.failures.length === 0, player.failures.join("; "));
    check(ticks >= (WATCH / 1000) * player.start.rate * 0.7, `only ${ticks} ticks passed in ${WATCH} ms`);
    check(got >= transport.leastFrames, `only ${got} frames in ${WATCH} ms`);
    check(hashes >= 3, `only ${hashes} hashes came`);
    check(mismatches === 0, `${mismatches} of ${hashes} hashes differ`);
    const used = player.transports.join(" -> ");
    check(used === transport.expected.join(" -> "), `used ${used}, not ${transport.expected.join(" -> ")}`);
    return `seat ${player.start.seat}, receipt at tick ${receipt.tick}, ${got} frames over ${ticks} ticks, ${hashes} hashes equal, ${player.bytes} bytes`;
  } finally {
    player.close();
  }
}

const [url] = process.argv.slice(2);
if (!url?.startsWith("http")) {
  console.error("usage: node clients.mjs URL\n  plays on a Muster server in six ways, for example: node clients.mjs http://127.0.0.1:3000");
  process.exit(2);
}

const run = randomBytes(4).toString("hex");
const outcomes = await Promise.all(
  TRANSPORTS.flatMap((transport) =>
    PARSERS.map(async (parser) => {
      const name = `${transport.name} + ${parser.name}`.padEnd(20);
      try {
        console.log(`ok    ${name} ${await way(url, transport, parser, `${run}-${transport.name}`)}`);
        return true;
      } catch (error) {
        console.log(`FAIL  ${name} ${error.message}`);
        return false;
      }
    }),
  ),
);
process.exit(outcomes.every(Boolean) ? 0 : 1);
