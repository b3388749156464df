// The reference server with the work of the comparison: a room of all clients, one binary event per tick and client, an event
// with an acknowledgement at hand, the heartbeat on. Takes the flags of the other servers; see ../src/flags.rs.

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { Server } from "socket.io";
import * as msgpack from "socket.io-msgpack-parser";

const { values: flags } = parseArgs({
  options: {
    listen: { type: "string", default: "127.0.0.1:0" },
    rate: { type: "string", default: "20" },
    bytes: { type: "string", default: "200" },
    shared: { type: "boolean", default: false },
    "per-client": { type: "boolean", default: false },
    parser: { type: "string", default: "json" },
    threads: { type: "string", default: "1" },
    "ping-interval": { type: "string", default: "25000" },
    "ping-timeout": { type: "string", default: "20000" },
    control: { type: "boolean", default: false },
  },
});

const ROOM = "arena";
const STAMP = 16;
const MARK = 0x7e51c0de;
const template = Buffer.from(Array.from({ length: Math.max(Number(flags.bytes), STAMP) }, (_, i) => (i * 31) % 251));

const http = createServer();
const io = new Server(http, {
  pingInterval: Number(flags["ping-interval"]),
  pingTimeout: Number(flags["ping-timeout"]),
  ...(flags.parser === "msgpack" ? { parser: msgpack.default ?? msgpack } : {}),
});
const clients = new Set();
io.on("connection", (socket) => {
  socket.join(ROOM);
  socket.on("ask", (question, answer) => answer(question));
  socket.on("disconnect", () => clients.delete(socket));
  clients.add(socket);
});

function fresh(started, tick, client) {
  const payload = Buffer.allocUnsafe(template.length);
  template.copy(payload);
  payload.writeBigUInt64LE(started, 0);
  payload.writeUInt32LE(tick, 8);
  payload.writeUInt32LE(MARK, 12);
  if (client !== undefined && payload.length >= STAMP + 4) payload.writeUInt32LE(client, STAMP);
  return payload;
}

let tick = 0;
function send(started) {
  const number = tick++ >>> 0;
  if (flags["per-client"]) {
    let client = 0;
    for (const socket of clients) socket.emit("frame", fresh(started, number, client++));
  } else {
    io.to(ROOM).emit("frame", fresh(started, number));
  }
}

// Ticks at absolute deadlines, in nanoseconds of the monotonic clock.
let interval = 0;
let deadline = 0;
let timer;
const nothing = () => ({ ticks: 0, skipped: 0, late_max_ms: 0, long_max_ms: 0 });
let told = nothing();
const now = () => Number(process.hrtime.bigint());
function setRate(rate) {
  clearTimeout(timer);
  interval = rate > 0 ? 1e9 / rate : 0;
  deadline = now() + interval;
  if (interval > 0) wait();
}
function wait() {
  const left = (deadline - now()) / 1e6;
  // setImmediate lets the connections have their turn; a timer takes a millisecond at least.
  if (left <= 0) setImmediate(run);
  else timer = setTimeout(run, Math.floor(left));
}
function run() {
  if (interval === 0) return;
  const started = process.hrtime.bigint();
  const late = Number(started) - deadline;
  if (late < 0) return wait();
  // Of those that are overdue the newest 16 run, one after the other; the same in all servers of the comparison.
  const skipped = Math.max(Math.floor(late / interval) + 1 - 16, 0);
  const due = deadline + skipped * interval;
  deadline = due + interval;
  send(BigInt(Math.floor(due)));
  told.ticks += 1;
  told.skipped += skipped;
  told.late_max_ms = Math.max(told.late_max_ms, late / 1e6);
  told.long_max_ms = Math.max(told.long_max_ms, (now() - Number(started)) / 1e6);
  wait();
}

const at = flags.listen.lastIndexOf(":");
http.listen(Number(flags.listen.slice(at + 1)), flags.listen.slice(0, at), () => {
  const { address, port } = http.address();
  console.log(`listening ${address}:${port}`);
  setRate(Number(flags.rate));
});
if (flags.control) {
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const [command, argument] = line.split(" ");
      if (command === "rate") setRate(Number(argument));
      else if (command === "stats") {
        console.log(JSON.stringify(told));
        told = nothing();
      }
    })
    .on("close", () => process.exit(0));
}
