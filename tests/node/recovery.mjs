// Connection state recovery as socket.io-client 4.8 speaks it, with both parsers over every transport: against the arena of
// server/transport/tests/clients, whose server keeps the newest 8 events.

import { io } from "socket.io-client";
import * as msgpack from "socket.io-msgpack-parser";
import { Cuttable } from "./lib/cuttable.mjs";
import { asked, check, next, run, same, sleep, within } from "./lib/scenarios.mjs";

const [url] = process.argv.slice(2);
/** Events that the server keeps for each client. */
const KEPT = 8;

const PARSERS = { json: {}, msgpack: { parser: msgpack.default ?? msgpack } };
const WAYS = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  upgrade: { transports: ["polling", "websocket"] },
};
const BRIEFLY = { reconnectionDelay: 20, reconnectionDelayMax: 50 };

/** Connects through a relay that can be cut, beside another client that cannot, and runs `scenario` with all that. */
async function losing(options, scenario) {
  const { hostname, port } = new URL(url);
  const relay = await Cuttable.to(hostname, Number(port));
  const socket = io(relay.url, { ...options, ...BRIEFLY, forceNew: true });
  const other = io(url, { ...options, forceNew: true });
  const told = [];
  socket.on("told", (...args) => told.push(args[0]));
  try {
    const upgraded = options.transports.length > 1 && next(socket.io.engine, "upgrade");
    await Promise.all([next(socket, "connect"), next(other, "connect"), upgraded]);
    check(!socket.recovered, "a first connection is no recovery");
    await scenario({ socket, other, told, relay });
  } finally {
    for (const it of [socket, other]) {
      it.io.reconnection(false);
      it.disconnect();
    }
    relay.close();
  }
}

/** Cuts the connection, lets `meanwhile` run, and heals it; the client is back then. */
async function away({ socket, relay }, meanwhile = async () => {}) {
  const left = next(socket, "disconnect");
  relay.cut();
  await left;
  await meanwhile();
  const back = next(socket, "connect");
  relay.heal();
  await back;
}

/** Waits until the client has been told so many things, and a moment longer for one too many. */
async function toldAll(told, wanted, what) {
  const all = (async () => {
    while (told.length < wanted.length) {
      await sleep(5);
    }
  })();
  await within(all, `${what}: ${JSON.stringify(told)} so far`);
  await sleep(20);
  same(told, wanted, what);
}

const scenarios = {
  "is back with its id, its rooms, its data and all it missed, once and in order": (options) =>
    losing(options, async (all) => {
      const { socket, other, told } = all;
      const { id } = socket;
      await asked(socket, "join", ["red"]);
      await asked(socket, "remember", { score: 7 });
      await asked(other, "tell", "red", "before");
      await toldAll(told, ["before"], "what it is told before");
      let early;
      socket.once("connect", () => {
        early = told.length;
      });
      await away(all, async () => {
        await asked(other, "tell", "red", "first");
        await asked(other, "tell", "blue", "not for it");
        await asked(other, "tell", id, Buffer.from([0, 1, 255]));
        await asked(other, "tell all", { last: true });
      });
      check(socket.recovered, "it is recovered");
      same(socket.id, id, "the id");
      same(early, 4, "what it was told before it was told that it is back");
      await toldAll(told, ["before", "first", Buffer.from([0, 1, 255]), { last: true }], "what it is told");
      same(await asked(socket, "recall"), [{ score: 7 }], "its data");
      await asked(other, "tell", "red", "afterwards");
      const wanted = ["before", "first", Buffer.from([0, 1, 255]), { last: true }, "afterwards"];
      await toldAll(told, wanted, "what it is told, the room's words afterwards among it");
    }),

  "is back a second time": (options) =>
    losing(options, async (all) => {
      const { socket, other, told } = all;
      const { id } = socket;
      for (const word of ["one", "two"]) {
        await away(all, () => asked(other, "tell", id, word));
        check(socket.recovered, `it is recovered for ${word}`);
      }
      same(socket.id, id, "the id");
      await toldAll(told, ["one", "two"], "what it is told");
    }),

  "is back though it missed nothing": (options) =>
    losing(options, async (all) => {
      const { id } = all.socket;
      await asked(all.other, "tell", id, "seen");
      await toldAll(all.told, ["seen"], "what it is told");
      await away(all);
      same([all.socket.recovered, all.socket.id], [true, id], "recovered, with its id");
      await toldAll(all.told, ["seen"], "what it is told in all");
    }),

  "is back though it never saw an event": (options) =>
    losing(options, async (all) => {
      const { id } = all.socket;
      await away(all);
      same([all.socket.recovered, all.socket.id], [true, id], "recovered, with its id");
    }),

  "is back though what it heard last was worthless later and a text": (options) =>
    losing(options, async (all) => {
      const { socket, other, told } = all;
      const { id } = socket;
      /** Until it was sent: while the client polls there are times when it takes nothing. */
      const briefly = async (asker, event, ...args) => {
        while (!(await asked(asker, event, ...args))[0]) {
          await sleep(5);
        }
      };
      const ways = [
        () => briefly(other, "tell briefly", id, "a word to many"),
        () => briefly(socket, "tell me briefly", "a word"),
        () => briefly(socket, "tell me briefly"),
        () => socket.emit("tell me the newest", "the newest"),
      ];
      const wanted = [];
      for (const [number, tell] of ways.entries()) {
        await asked(other, "tell", id, number);
        await tell();
        wanted.push(number, ["a word to many", "a word", undefined, "the newest"][number]);
        await toldAll(told, wanted, "what it is told before");
        const missed = `missed behind ${number}`;
        await away(all, () => asked(other, "tell", id, missed));
        wanted.push(missed);
        same([socket.recovered, socket.id], [true, id], `recovered, with its id, behind ${number}`);
        await toldAll(told, wanted, "what it is told");
      }
    }),

  "begins anew when more was missed than is kept": (options) =>
    losing(options, async (all) => {
      const { socket, other, told } = all;
      const { id } = socket;
      await away(all, async () => {
        for (let number = 0; number <= KEPT; number++) {
          await asked(other, "tell", id, number);
        }
      });
      check(!socket.recovered && socket.id !== id, "it is another one");
      await toldAll(told, [], "what it is told");
    }),

  "begins anew when it has left by itself": (options) =>
    losing(options, async ({ socket }) => {
      const { id } = socket;
      socket.disconnect();
      const back = next(socket, "connect");
      socket.connect();
      await back;
      check(!socket.recovered && socket.id !== id, "it is another one");
    }),
};

if (!url?.startsWith("http")) {
  console.error("usage: node recovery.mjs URL");
  process.exit(2);
}
await run(
  Object.entries(PARSERS).flatMap(([parser, parsing]) =>
    Object.entries(WAYS).flatMap(([way, transports]) =>
      Object.entries(scenarios).map(([name, scenario]) => [
        `${parser} ${way}: ${name}`,
        () => scenario({ ...parsing, ...transports }),
      ]),
    ),
  ),
);
