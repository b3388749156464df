// socket.io-client 4.8, 4.0 and 3.1 against the arena of server/transport/tests/clients, over every transport; 4.8 with
// MessagePack too.

import { io } from "socket.io-client";
import { io as io3 } from "socket.io-client-3";
import { io as io40 } from "socket.io-client-4-0";
import * as msgpack from "socket.io-msgpack-parser";
import { Cuttable } from "./lib/cuttable.mjs";
import { asked, check, next, run, same, sleep, within } from "./lib/scenarios.mjs";

const [url, version] = process.argv.slice(2);

const CLIENTS = [
  { name: "4.8", io, options: {} },
  { name: "4.8 msgpack", io, options: { parser: msgpack.default ?? msgpack } },
  { name: "4.0", io: io40, options: {} },
  { name: "3.1", io: io3, options: {} },
];
const WAYS = [
  { name: "polling", options: { transports: ["polling"] } },
  { name: "websocket", options: { transports: ["websocket"] } },
  { name: "upgrade", options: { transports: ["polling", "websocket"] }, upgrades: true },
];

const bytes = (...numbers) => Buffer.from(numbers);
const options = (way) => ({ ...way.client.options, ...way.options, forceNew: true, reconnection: false });

/** A connected client in `/`; on the WebSocket where the way upgrades. */
async function connect(way, more = {}, address = url) {
  const socket = way.client.io(address, { ...options(way), ...more });
  const upgraded = way.upgrades && next(socket.io.engine, "upgrade");
  await next(socket, "connect");
  await upgraded;
  return socket;
}

/** Runs `scenario` with clients that are closed afterwards. */
async function using(sockets, scenario) {
  const open = await Promise.all(sockets);
  try {
    await scenario(...open);
  } finally {
    for (const socket of open) {
      socket.io.reconnection(false);
      socket.io.engine?.close();
    }
  }
}

/** The server's answer shows that what was sent before has been handled. */
const handled = (socket) => asked(socket, "echo");

const scenarios = {
  "is known by its id and its transport": (way) =>
    using([connect(way)], async (socket) => {
      same(await asked(socket, "who"), [socket.id, way.options.transports[0]], "the server's words");
      same(socket.io.engine.transport.name, way.options.transports.at(-1), "the transport");
    }),

  "is let in with its auth or refused with data": (way) =>
    using([connect(way)], async (main) => {
      const refused = main.io.socket("/door", { auth: { token: "open" } });
      const [error] = await next(refused, "connect_error");
      same([error.message, error.data], ["wrong token", ["open", 7]], "the refusal");
      refused.auth = {};
      refused.connect();
      const [again] = await next(refused, "connect_error");
      same([again.message, again.data], ["no token", undefined], "the refusal without a token");
      const auth = { token: "sesame", more: [1, { deep: true }] };
      refused.auth = (tell) => tell(auth);
      const welcome = next(refused, "welcome");
      refused.connect();
      same(await welcome, [auth], "the auth");
      const nowhere = main.io.socket("/nowhere");
      same((await next(nowhere, "connect_error"))[0].message, "Invalid namespace", "an unknown namespace");
    }),

  "sends and gets events and acknowledgements": (way) =>
    using([connect(way)], async (socket) => {
      const args = [1, -1.5, "zwölf €𝄞", { a: [null, true, "line\nend \\n"] }, "\u2028", ""];
      same(await asked(socket, "echo", ...args), args, "the acknowledgement");
      const said = next(socket, "said");
      socket.emit("say", ...args);
      same(await said, args, "the event");
      socket.once("question", (question, answer) => answer("because", question));
      const answered = next(socket, "you answered");
      socket.emit("ask me", "why?");
      same(await answered, ["because", "why?"], "the answer");
      const late = next(socket, "too late");
      let answerLate;
      socket.once("question", (answer) => {
        answerLate = answer;
      });
      socket.emit("ask me briefly");
      same(await late, [true], "an answer that does not come");
      answerLate("now");
      await handled(socket);
      if (socket.timeout) {
        const [error] = await within(new Promise((done) => socket.timeout(50).emit("say", (...all) => done(all))), "it");
        check(error instanceof Error, "the server does not answer this one");
      }
    }),

  "sends and gets binary": (way) =>
    using([connect(way)], async (socket) => {
      const args = [bytes(0, 1, 2, 255), { deep: [bytes(), "x", bytes(9)] }];
      same(await asked(socket, "echo", ...args), args, "the acknowledgement");
      const said = next(socket, "said");
      socket.emit("say", ...args);
      same(await said, args, "the event");
      socket.once("question", (question, answer) => answer(question, bytes(3)));
      const answered = next(socket, "you answered");
      socket.emit("ask me", bytes(4, 5));
      same(await answered, [bytes(4, 5), bytes(3)], "the answer");
      const large = Buffer.alloc(100_000, 7);
      const [echoed] = await asked(socket, "echo", large);
      check(large.equals(Buffer.from(echoed)), "100 kB differ");
    }),

  "keeps order in a burst": (way) =>
    using([connect(way)], async (socket) => {
      const got = [];
      socket.on("said", (n) => got.push(n));
      for (let n = 0; n < 200; n++) {
        socket.emit("say", n);
      }
      await handled(socket);
      same(got, [...Array(200).keys()], "the burst");
    }),

  "is in several namespaces, also such as come and go": (way) =>
    using([connect(way)], async (main) => {
      const rooms = ["/room-1", "/room-2"].map((name) => main.io.socket(name));
      await Promise.all(rooms.map((room) => next(room, "connect")));
      same(await Promise.all(rooms.map((room) => asked(room, "where"))), [["/room-1"], ["/room-2"]], "where they are");
      check(new Set([main, ...rooms].map((socket) => socket.id)).size === 3, "each has an id of its own");
      rooms[0].disconnect();
      same(await asked(rooms[1], "where"), ["/room-2"], "the other one");
      const again = next(rooms[0], "connect");
      rooms[0].connect();
      await again;
      same(await asked(rooms[0], "where"), ["/room-1"], "the first one again");
      same(await asked(main, "echo", 1), [1], "the main namespace");
    }),

  "is chosen by rooms": (way) =>
    using([connect(way), connect(way), connect(WAYS_OF_ONE)], async (one, two, other) => {
      const [red, blue] = [`red ${one.id}`, `blue ${one.id}`];
      same(await asked(one, "join", [red, blue]), [[red, blue]], "the rooms");
      await asked(two, "join", [red]);
      await asked(other, "join", [blue]);
      const heard = [one, two, other].map((socket) => {
        const list = [];
        socket.on("told", (what) => list.push(what));
        return list;
      });
      same(await asked(one, "tell", red, "to red"), [1], "told in red");
      same(await asked(two, "tell", blue, { binary: bytes(1, 2) }), [2], "told in blue");
      same(await asked(other, "tell", one.id, "to one"), [1], "told by id");
      await asked(one, "leave", red);
      same(await asked(two, "tell", red, "nobody"), [0], "told in an empty room");
      await Promise.all([one, two, other].map(handled));
      await sleep(20);
      same(heard, [[{ binary: bytes(1, 2) }, "to one"], ["to red"], [{ binary: bytes(1, 2) }]], "what they heard");
      const all = [one, two, other].map((socket) => next(socket, "told"));
      await asked(one, "tell all", "everybody");
      same(await Promise.all(all), [["everybody"], ["everybody"], ["everybody"]], "everybody");
      const rest = next(two, "told");
      await asked(one, "tell except", blue, "the rest");
      same(await rest, ["the rest"], "the rest");
      check(!heard[2].includes("the rest"), "one outside heard it");
    }),

  "answers together with others": (way) =>
    using([connect(way), connect(way), connect(way)], async (one, two, silent) => {
      const room = `asked ${one.id}`;
      await Promise.all([one, two].map((socket) => asked(socket, "join", [room])));
      one.on("question", (answer) => answer("one"));
      two.on("question", (answer) => answer("two"));
      const [answers, missing] = await asked(silent, "ask all", room);
      same([answers.sort(), missing], [["one", "two"], 0], "the answers");
      await asked(silent, "join", [room]);
      const [partial, left] = await asked(one, "ask all", room, 1_000);
      same([partial.sort(), left], [["one", "two"], 1], "the answers without the silent one");
    }),

  "gets what is volatile while it keeps up": (way) =>
    using([connect(way)], async (socket) => {
      const got = [];
      socket.on("said", (n) => got.push(n));
      // Over polling the GET may be under way at just this moment: what is volatile may be lost then.
      for (let tries = 0; got.length === 0 && tries < 50; tries++) {
        socket.emit("volatile");
        await handled(socket);
        await sleep(10);
      }
      same(got.slice(0, 3), [0, 1, 2], "what came");
      socket.volatile.emit("say", "from here");
      await handled(socket);
    }),

  "is told of refused events and errors and stays": (way) =>
    using([connect(way)], async (socket) => {
      let handledIt = false;
      socket.on("forbidden was handled", () => {
        handledIt = true;
      });
      const problem = next(socket, "problem");
      socket.emit("forbidden");
      check((await problem)[0].includes("was refused"), "the refusal");
      const failure = next(socket, "problem");
      socket.emit("fail", "x");
      check((await failure)[0].startsWith('event "fail" failed'), "the failure");
      await handled(socket);
      check(!handledIt && socket.connected, "the listener did not run, and the socket is in");
    }),

  "is closed alone when its listener panics": (way) =>
    using([connect(way), connect(way)], async (unlucky, bystander) => {
      const left = next(unlucky, "disconnect");
      unlucky.emit("panic");
      await left;
      same(await asked(bystander, "echo", 1), [1], "the other one");
    }),

  "leaves and is sent away": async (way) => {
    for (const close of [false, true]) {
      await using([connect(way)], async (socket) => {
        const left = next(socket, "disconnect");
        socket.emit("out", close);
        same((await left)[0], "io server disconnect", "sent away");
      });
    }
    await using([connect(way)], async (socket) => {
      const { id } = socket;
      // Older clients take the end of the old connection for that of a new one made meanwhile.
      const [left, ended] = [next(socket, "disconnect"), next(socket.io.engine, "close")];
      socket.disconnect();
      same((await left)[0], "io client disconnect", "its own wish");
      await ended;
      const connected = next(socket, "connect");
      socket.connect();
      await connected;
      check(socket.id !== id, "the id is a new one");
      same(await asked(socket, "echo", 1), [1], "the acknowledgement after another start");
    });
  },

  "comes back when its connection is lost": async (way) => {
    const { hostname, port } = new URL(url);
    const relay = await Cuttable.to(hostname, Number(port));
    const more = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 50 };
    try {
      await using([connect(way, more, relay.url)], async (socket) => {
        const { id } = socket;
        const left = next(socket, "disconnect");
        relay.cut();
        await left;
        socket.emit("say", "meanwhile");
        const [back, said] = [next(socket, "connect"), next(socket, "said")];
        relay.heal();
        await back;
        check(socket.id !== id, "the id is a new one");
        same(await said, ["meanwhile"], "what was sent meanwhile");
      });
    } finally {
      relay.close();
    }
  },

  "lives through heartbeats": (way) =>
    using([connect(way)], async (socket) => {
      let pings = 0;
      const beaten = new Promise((done) => {
        socket.io.engine.on("packet", ({ type }) => {
          pings += type === "ping" ? 1 : 0;
          if (pings === 3) {
            done();
          }
        });
      });
      await within(beaten, "three pings");
      same(await asked(socket, "echo", 1), [1], "the acknowledgement");
    }),
};

const WAYS_OF_ONE = { client: CLIENTS[0], options: { transports: ["websocket"] } };

const clients = CLIENTS.filter(({ name }) => name === version);
if (!url?.startsWith("http") || clients.length === 0) {
  console.error(`usage: node socket-io.mjs URL ${CLIENTS.map(({ name }) => `"${name}"`).join("|")}`);
  process.exit(2);
}
await run(
  clients.flatMap((client) =>
    WAYS.flatMap((way) =>
      Object.entries(scenarios).map(([name, scenario]) => [
        `${client.name} ${way.name}: ${name}`,
        () => scenario({ ...way, client }),
      ]),
    ),
  ),
);
