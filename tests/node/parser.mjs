// What the reference parser makes of each case of a file: a list of messages, each `{"text": "..."}` or `{"binary": [bytes]}`. Writes a
// list of answers for each: a packet, `nothing` or `refused`, which is the last. shared/socketio/tests/reference compares them.

import { readFileSync, writeFileSync } from "node:fs";
import { Decoder } from "socket.io-parser";

const [input, output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node parser.mjs CASES ANSWERS");
  process.exit(2);
}

/** A double's bits, so that -0, infinities and the last digit are told apart. */
function number(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `#${view.getBigUint64(0).toString(16).padStart(16, "0")}`;
}

/** Text without halves of surrogate pairs, which UTF-8 cannot carry. */
const quoted = (text) => JSON.stringify(text.toWellFormed());

function text(value) {
  if (value === undefined) return "none";
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Buffer.isBuffer(value)) return `x${value.toString("hex")}`;
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  const pairs = new Map(Object.keys(value).map((name) => [name.toWellFormed(), value[name]]));
  const names = [...pairs.keys()].sort();
  return `{${names.map((name) => `${quoted(name)}:${text(pairs.get(name))}`).join(",")}}`;
}

function answers(messages) {
  const decoder = new Decoder();
  const told = [];
  let packet;
  decoder.on("decoded", (decoded) => {
    packet = decoded;
  });
  for (const message of messages) {
    packet = undefined;
    try {
      decoder.add(message.text ?? Buffer.from(message.binary));
    } catch {
      told.push("refused");
      break;
    }
    told.push(packet ? `${packet.type} ${quoted(packet.nsp)} ${text(packet.id)} ${text(packet.data)}` : "nothing");
  }
  return told;
}

const lines = readFileSync(input, "utf8").split("\n");
writeFileSync(output, lines.map((line) => JSON.stringify(answers(JSON.parse(line)))).join("\n"));
console.log(`ok    ${lines.length} cases`);
