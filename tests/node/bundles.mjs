// The bundles of socket.io-client as a page loads them from the server, and what they do once loaded.

import { readFile } from "node:fs/promises";
import { runInThisContext } from "node:vm";
import { WebSocket } from "ws";
import { asked, check, next, run, same } from "./lib/scenarios.mjs";

const [url] = process.argv.slice(2);
const DIST = new URL("node_modules/socket.io-client/dist/", import.meta.url);
const NAMES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];

if (!url?.startsWith("http")) {
  console.error("usage: node bundles.mjs URL");
  process.exit(2);
}
await run([
  ...NAMES.map((name) => [
    `serves ${name} and its map`,
    async () => {
      for (const file of [name, `${name}.map`]) {
        const answer = await fetch(`${url}/socket.io/${file}`);
        check(answer.status === 200, `${file} has status ${answer.status}`);
        check(answer.headers.get("content-encoding") !== null, `${file} is not compressed`);
        same(await answer.text(), await readFile(new URL(file, DIST), "utf8"), file);
      }
    },
  ]),
  [
    "gives a page a client that connects",
    async () => {
      const answer = await fetch(`${url}/socket.io/socket.io.js`);
      globalThis.WebSocket = WebSocket;
      const module = { exports: {} };
      runInThisContext(`(function (module, exports) {${await answer.text()}\n})`)(module, module.exports);
      const socket = module.exports.io(url, { transports: ["websocket"], reconnection: false });
      await next(socket, "connect");
      same(await asked(socket, "echo", 1), [1], "the acknowledgement");
      socket.close();
    },
  ],
]);
