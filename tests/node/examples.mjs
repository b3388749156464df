// The examples of server/transport, used by socket.io-client.

import { io } from "socket.io-client";
import { asked, check, next, run, same } from "./lib/scenarios.mjs";

const [url, example] = process.argv.slice(2);

async function connect(auth) {
  const socket = io(url, { auth, forceNew: true, reconnection: false });
  await next(socket, "connect");
  return socket;
}

const echo = {
  "sends a message to everyone": async () => {
    const sockets = await Promise.all([connect(), connect()]);
    const heard = sockets.map((socket) => next(socket, "message"));
    sockets[0].emit("message", "hello", { n: 1 });
    same(await Promise.all(heard), [["hello", { n: 1 }], ["hello", { n: 1 }]], "what they heard");
    sockets.map((socket) => socket.close());
  },
};

let [ada, bob] = [];
const chat = {
  "lets in who has a name of its own": async () => {
    ada = await connect({ name: "Ada" });
    const online = next(ada, "online");
    bob = await connect({ name: "Bob" });
    same(await online, ["Bob"], "who came");
    for (const [auth, told, data] of [
      [{}, "a name of 1 to 24 characters is needed", undefined],
      [{ name: "Ada" }, "this name is taken", ["Ada"]],
    ]) {
      const socket = io(url, { auth, forceNew: true, reconnection: false });
      const [error] = await next(socket, "connect_error");
      same([error.message, error.data], [told, data], "the refusal");
      socket.close();
    }
    same(await asked(ada, "users"), [["Ada", "Bob"]], "the users");
  },

  "has rooms": async () => {
    same(await asked(ada, "join", "rust"), [["Ada"]], "who is there");
    const joined = next(ada, "joined");
    same(await asked(bob, "join", "rust"), [["Ada", "Bob"]], "who is there");
    same(await joined, ["rust", "Bob"], "who came");
    const heard = [ada, bob].map((socket) => next(socket, "message"));
    bob.emit("message", "rust", "hi");
    same(await Promise.all(heard), [["rust", "Bob", "hi"], ["rust", "Bob", "hi"]], "what they heard");
  },

  "tells who is typing": async () => {
    const typing = next(ada, "typing");
    bob.emit("typing", "rust");
    same(await typing, ["rust", "Bob"], "who is typing");
  },

  "has private messages": async () => {
    const told = next(bob, "private");
    same(await asked(ada, "private", "Bob", "psst"), [true], "whether it was sent");
    same(await told, ["Ada", "psst"], "the message");
    same(await asked(ada, "private", "Eve", "psst"), [false], "whether it was sent to nobody");
  },

  "tells who left": async () => {
    const [left, offline] = [next(ada, "left"), next(ada, "offline")];
    bob.close();
    same([await left, await offline], [["Bob"], ["Bob"]], "who left");
    same(await asked(ada, "users"), [["Ada"]], "the users");
    check(ada.connected, "the other one stays");
    ada.close();
  },
};

const scenarios = { echo, chat }[example];
if (!url?.startsWith("http") || !scenarios) {
  console.error("usage: node examples.mjs URL echo|chat");
  process.exit(2);
}
await run(Object.entries(scenarios));
