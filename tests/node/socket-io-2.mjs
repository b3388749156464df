// socket.io-client 2 against the playground of server/transport/tests/clients, over every transport, beside version 4.

import { io } from "socket.io-client";
import io2 from "socket.io-client-2";
import { openPage } from "./lib/page.mjs";
import { asked, check, next, run, same, within } from "./lib/scenarios.mjs";

const [url, mode] = process.argv.slice(2);

const WAYS = [
  { name: "polling", options: { transports: ["polling"] } },
  { name: "polling in base64", options: { transports: ["polling"], forceBase64: true } },
  { name: "websocket", options: { transports: ["websocket"] } },
  { name: "upgrade", options: { transports: ["polling", "websocket"] }, upgrades: true },
  { name: "jsonp", options: { transports: ["polling"], forceJSONP: true }, before: openPage },
];

const TOKEN = "sesame & more";
const bytes = (...numbers) => Buffer.from(numbers);

/** A connected client of version 2 in `/`; on the WebSocket where the way upgrades. */
async function connect(way) {
  way.before?.();
  const socket = io2(url, { ...way.options, forceNew: true, reconnection: false });
  socket.on("error", () => {});
  await Promise.all([next(socket, "connect"), way.upgrades && next(socket.io.engine, "upgrade")]);
  return socket;
}

async function connect4() {
  const socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
  await next(socket, "connect");
  return socket;
}

/** Runs `scenario` with clients that are closed afterwards. */
async function using(sockets, scenario) {
  const open = await Promise.all(sockets);
  try {
    await scenario(...open);
  } finally {
    for (const socket of open) {
      socket.close();
    }
  }
}

const scenarios = {
  "goes by the session's id": (way) =>
    using([connect(way)], async (socket) => {
      same(await asked(socket, "who am i"), [socket.id], "the server's name for it");
      same(socket.id, socket.io.engine.id, "the socket's id");
      const used = socket.io.engine.transport.name;
      same(used, way.options.transports.at(-1), "the transport");
    }),

  "sends and gets events and acknowledgements": (way) =>
    using([connect(way)], async (socket) => {
      const args = [1, "zwölf €𝄞", { a: [null, true, "line\nend \\n"] }, "\u2028", ""];
      same(await asked(socket, "echo", ...args), args, "the acknowledgement");
      const said = next(socket, "said");
      socket.emit("say", ...args);
      same(await said, args, "the event");
      socket.once("question", (question, answer) => answer("because", question));
      const answered = next(socket, "you answered");
      socket.emit("ask me", "why?");
      same(await answered, ["because", "why?"], "the answer");
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
      await asked(socket, "echo", "done");
      same(got, [...Array(200).keys()], "the burst");
    }),

  "meets version 4 in rooms and broadcasts": (way) =>
    using([connect(way), connect(way), connect4()], async (old, other, young) => {
      await Promise.all([asked(old, "join", "room"), asked(young, "join", "room")]);
      for (const said of ["text", { binary: bytes(1, 2) }]) {
        const [atOld, atYoung] = [next(old, "told"), next(young, "told")];
        other.emit("tell", "room", said);
        same(await atOld, [said], "version 2 in the room");
        same(await atYoung, [said], "version 4 in the room");
        const all = [old, other, young].map((socket) => next(socket, "told"));
        young.emit("tell all", said);
        same(await Promise.all(all), [[said], [said], [said]], "everybody");
        const back = next(old, "told");
        young.emit("tell", old.id, said);
        same(await back, [said], "version 2 by its id");
        const there = next(young, "told");
        old.emit("tell", young.id, said);
        same(await there, [said], "version 4 by its id");
      }
    }),

  "joins a namespace with parameters": (way) =>
    using([connect(way)], async (main) => {
      const chat = main.io.socket("/chat", { query: { token: TOKEN, other: "ü" } });
      same(await next(chat, "auth"), [{ token: TOKEN, other: "ü" }], "the parameters");
      same(chat.id, `/chat#${main.id}`, "the socket's id");
      same(await asked(chat, "who am i"), [chat.id], "the server's name for it");
      const told = next(chat, "told");
      await using([connect4()], async (young) => {
        const youngChat = young.io.socket("/chat", { auth: { token: TOKEN } });
        await next(youngChat, "connect");
        youngChat.emit("tell", chat.id, "psst");
        same(await told, ["psst"], "what was told by id");
      });
      chat.close();
      same(await asked(main, "echo", 1), [1], "the main namespace afterwards");
    }),

  "is told why it may not join": (way) =>
    using([connect(way)], async (main) => {
      for (const [namespace, query, told] of [
        ["/chat", {}, "no token"],
        ["/chat2", {}, { message: "Invalid namespace" }],
      ]) {
        const socket = main.io.socket(namespace, { query });
        same(await next(socket, "error"), [told], namespace);
        check(!socket.connected, `${namespace} is connected`);
      }
      same(await asked(main, "echo", 1), [1], "the main namespace afterwards");
    }),

  "lives through heartbeats": (way) =>
    using([connect(way)], async (socket) => {
      let pongs = 0;
      socket.on("pong", () => {
        pongs += 1;
      });
      await next(socket, "pong");
      await next(socket, "pong");
      check(socket.connected && pongs >= 2, `${pongs} pongs`);
      same(await asked(socket, "echo", 1), [1], "the acknowledgement");
    }),

  "leaves and is sent away": async (way) => {
    await using([connect(way)], async (socket) => {
      const left = next(socket, "disconnect");
      socket.emit("leave me");
      same(await left, ["io server disconnect"], "sent away");
    });
    await using([connect(way)], async (socket) => {
      const left = next(socket, "disconnect");
      socket.emit("hang up");
      same(await left, ["io server disconnect"], "hung up");
    });
    await using([connect(way)], async (socket) => {
      const { id } = socket;
      // Its connection may end a little later, and would take the next one with it.
      const closed = next(socket.io.engine, "close");
      socket.close();
      await closed;
      socket.open();
      await next(socket, "connect");
      check(socket.id !== id, "the id is a new one");
      same(await asked(socket, "echo", 1), [1], "the acknowledgement after another start");
    });
  },
};

const refused = {
  "is refused over polling": async () => {
    const socket = io2(url, { transports: ["polling"], forceNew: true, reconnection: false });
    await next(socket, "connect_error");
    const answer = await within(fetch(`${url}/socket.io/?EIO=3&transport=polling`), "an answer");
    same([answer.status, (await answer.json()).code], [400, 5], "the answer");
  },
  "is refused over websocket": async () => {
    const socket = io2(url, { transports: ["websocket"], forceNew: true, reconnection: false });
    await next(socket, "connect_error");
  },
};

if (!url?.startsWith("http")) {
  console.error("usage: node socket-io-2.mjs URL [refused]");
  process.exit(2);
}
await run(
  mode === "refused"
    ? Object.entries(refused)
    : WAYS.flatMap((way) =>
        Object.entries(scenarios).map(([name, scenario]) => [`${way.name}: ${name}`, () => scenario(way)]),
      ),
);
