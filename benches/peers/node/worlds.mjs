// Colyseus with the scripted worlds: 20 ticks a second, one patch a tick, the state in its own schema with the smallest number
// types that hold it. Rooms begin with their first client. Takes the flags of the other servers of the worlds; see
// ../../worlds_server/flags.rs.

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { Room, Server } from "@colyseus/core";
import { Encoder, MapSchema, StateView, schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { World } from "./world.mjs";

const { values: flags } = parseArgs({
  options: {
    listen: { type: "string", default: "127.0.0.1:0" },
    world: { type: "string", default: "W1" },
    views: { type: "string", default: "shared" },
    clients: { type: "string", default: "32" },
    ticks: { type: "string", default: "0" },
    "ping-interval": { type: "string", default: "3000" },
    control: { type: "boolean", default: false },
  },
});

const INTERVAL = 50;
// After so many ticks the worlds stand still; 0 for never.
const LAST = Number(flags.ticks) || Number.POSITIVE_INFINITY;

// More than any state here: growing it costs a copy.
Encoder.BUFFER_SIZE = 256 * 1024;

const Thing = schema({ x: t.int16(), y: t.int16(), hp: t.uint8(), state: t.uint8() }, "Thing");
const Seen = schema({ things: t.map(Thing) }, "Seen");
const Fogged = schema({ things: t.map(Thing).view() }, "Fogged");

const nothing = () => ({ ticks: 0, skipped: 0, late: [], long_max_ms: 0 });
let told = nothing();
let checked = false;

class WorldRoom extends Room {
  onCreate({ room = 0 }) {
    this.maxClients = Number(flags.clients);
    this.world = new World(flags.world, room);
    const { things } = this.world;
    this.state = this.world.plan.fog ? new Fogged() : new Seen();
    this.state.things = new MapSchema();
    this.shown = things.map((thing, at) => {
      const shown = new Thing().assign(thing);
      this.state.things.set(String(at), shown);
      return shown;
    });
    this.joined = 0;
    // The views of each team: one, or one for each of its clients.
    this.views = this.world.visible.map(() => []);
    this.last = undefined;
    // Patches go out with the ticks, not by a timer of their own.
    this.patchRate = null;
    this.setTimestep(() => this.tick(), INTERVAL);
  }

  onJoin(client) {
    const teams = this.views.length;
    const team = this.joined++ % teams;
    if (teams === 0) return;
    const views = this.views[team];
    if (flags.views === "shared" && views.length > 0) {
      client.view = views[0];
      return;
    }
    client.view = new StateView();
    this.shown.forEach((thing, at) => {
      if (this.world.visible[team][at]) client.view.add(thing);
    });
    views.push(client.view);
  }

  tick() {
    const began = performance.now();
    // A room is measured by its own timer, which starts anew with each tick: it may run slow and yet be on time.
    if (this.last !== undefined) {
      const gap = began - this.last;
      told.late.push(Math.max(0, gap - INTERVAL));
      told.skipped += Math.max(0, Math.floor(gap / INTERVAL) - 1);
    }
    this.last = began;
    if (this.world.ticks < LAST) this.step();
    this.broadcastPatch();
    told.ticks += 1;
    told.long_max_ms = Math.max(told.long_max_ms, performance.now() - began);
  }

  step() {
    const { world, shown } = this;
    world.step();
    if (world.check()) checked = true;
    for (const at of world.moved) {
      shown[at].x = world.things[at].x;
      shown[at].y = world.things[at].y;
    }
    for (const at of world.hurt) shown[at].hp = world.things[at].hp;
    this.views.forEach((views, team) => {
      for (const at of world.toggled[team]) {
        for (const view of views) {
          if (world.visible[team][at]) view.add(shown[at]);
          else view.remove(shown[at]);
        }
      }
    });
  }
}

const http = createServer();
const silent = { info() {}, debug() {}, trace() {}, warn: console.error, error: console.error };
const transport = new WebSocketTransport({ server: http, pingInterval: Number(flags["ping-interval"]) });
const server = new Server({ greet: false, logger: silent, transport });
server.define("world", WorldRoom).filterBy(["room"]);
const at = flags.listen.lastIndexOf(":");
await server.listen(Number(flags.listen.slice(at + 1)), flags.listen.slice(0, at));
const { address, port } = http.address();
console.log(`listening ${address}:${port}`);

function stats() {
  const { late, ...rest } = told;
  late.sort((a, b) => a - b);
  const figures = {
    ...rest,
    late_p99_ms: late[Math.ceil(late.length * 0.99) - 1] ?? 0,
    late_max_ms: late.at(-1) ?? 0,
    checked,
  };
  told = nothing();
  return figures;
}
if (flags.control) {
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      if (line === "stats") console.log(JSON.stringify(stats()));
    })
    .on("close", () => process.exit(0));
}
