// engine.io-client 3 (revision 3) and 6 (revision 4) against a server that sends back what it gets, over every transport.

import { Socket } from "engine.io-client";
import eio3 from "engine.io-client-3";
import { openPage } from "./lib/page.mjs";
import { check, next, run, same, sleep } from "./lib/scenarios.mjs";

const [url] = process.argv.slice(2);

const PATH = { path: "/engine.io/" };
const revision3 = (options) => () => eio3(url, { ...PATH, ...options });
const revision4 = (options) => () => new Socket(url, { ...PATH, ...options });
const [POLLING, WEBSOCKET, BOTH] = [["polling"], ["websocket"], ["polling", "websocket"]];

const WAYS = [
  { name: "3 polling", open: revision3({ transports: POLLING }), ends: "polling" },
  { name: "3 polling in base64", open: revision3({ transports: POLLING, forceBase64: true }), ends: "polling" },
  { name: "3 websocket", open: revision3({ transports: WEBSOCKET }), ends: "websocket" },
  { name: "3 upgrade", open: revision3({ transports: BOTH }), ends: "websocket" },
  {
    name: "3 jsonp",
    open: () => {
      openPage();
      return revision3({ transports: POLLING, forceJSONP: true })();
    },
    ends: "polling",
  },
  { name: "4 polling", open: revision4({ transports: POLLING }), ends: "polling" },
  { name: "4 websocket", open: revision4({ transports: WEBSOCKET }), ends: "websocket" },
  { name: "4 upgrade", open: revision4({ transports: BOTH }), ends: "websocket" },
];

async function using(way, scenario) {
  const socket = way.open();
  socket.on("error", () => {});
  const upgrades = way.name.endsWith("upgrade");
  await Promise.all([next(socket, "open"), upgrades && next(socket, "upgrade")]);
  try {
    await scenario(socket);
  } finally {
    socket.close();
  }
}

/** The next `count` messages. */
function messages(socket, count) {
  const got = [];
  return new Promise((done) => {
    socket.on("message", function take(message) {
      got.push(message);
      if (got.length === count) {
        socket.off("message", take);
        done(got);
      }
    });
  });
}

const scenarios = {
  "gets text and binary back": (way) =>
    using(way, async (socket) => {
      same(socket.transport.name, way.ends, "the transport");
      const sent = ["hello", "zwölf €𝄞 12:3", "line\nend \\n \u2028", Buffer.from([0, 1, 2, 255]), "x", Buffer.alloc(1)];
      const back = messages(socket, sent.length);
      for (const message of sent) {
        socket.send(message);
      }
      same(await back, sent, "what came back");
    }),

  "keeps order while it moves": async (way) => {
    const socket = way.open();
    socket.on("error", () => {});
    const back = messages(socket, 300);
    await next(socket, "open");
    for (let n = 0; n < 300; n++) {
      socket.send(n % 3 === 0 ? Buffer.from([n % 256]) : `${n}`);
      if (n % 30 === 0) {
        await sleep(1);
      }
    }
    const expected = [...Array(300).keys()].map((n) => (n % 3 === 0 ? Buffer.from([n % 256]) : `${n}`));
    same(await back, expected, "the order");
    socket.close();
  },

  "carries much": (way) =>
    using(way, async (socket) => {
      const back = messages(socket, 2);
      const [text, binary] = ["€".repeat(50_000), Buffer.alloc(200_000, 7)];
      socket.send(text);
      socket.send(binary);
      const [first, second] = await back;
      check(first === text, "the text differs");
      check(binary.equals(Buffer.from(second)), "the bytes differ");
    }),

  "lives through heartbeats": (way) =>
    using(way, async (socket) => {
      // Longer than the server would wait for one of them.
      for (let n = 0; n < 5; n++) {
        await next(socket, way.name.startsWith("3") ? "pong" : "ping");
      }
      check(socket.readyState === "open", `it is ${socket.readyState}`);
      const back = messages(socket, 1);
      socket.send("still there");
      same(await back, ["still there"], "what came back");
    }),

  "is hung up on": (way) =>
    using(way, async (socket) => {
      const closed = next(socket, "close");
      socket.send("hang up");
      const [reason] = await closed;
      check(["transport close", "transport error"].includes(reason), `the reason is ${reason}`);
    }),
};

if (!url?.startsWith("http")) {
  console.error("usage: node engine-io.mjs URL");
  process.exit(2);
}
await run(
  WAYS.flatMap((way) =>
    Object.entries(scenarios).map(([name, scenario]) => [`${way.name}: ${name}`, () => scenario(way)]),
  ),
);
