// One player over an unmodified socket.io-client.

import { io } from "socket.io-client";
import { Mirror } from "./mirror.mjs";
import { POSITION, UNIT } from "./schema.mjs";

/** How long anything that must happen may take, in ms. */
const PATIENCE = 15_000;

export class Player {
  mirror = new Mirror();
  /** The `start` event's argument. */
  start = null;
  /** Receipts by action number. */
  receipts = new Map();
  /** `error` events. */
  problems = [];
  /** What went wrong while applying frames. */
  failures = [];
  /** Bytes of all frames. */
  bytes = 0;
  /** Transports used, in order. */
  transports = [];
  #number = 0;
  #waiting = new Set();
  #seen = 0;

  /**
   * @param {string} url
   * @param {object} options for socket.io-client
   */
  constructor(url, options) {
    this.socket = io(url, { forceNew: true, reconnection: false, ...options });
    this.socket.io.on("open", () => {
      const engine = this.socket.io.engine;
      this.transports.push(engine.transport.name);
      engine.on("upgrade", (transport) => this.transports.push(transport.name));
    });
    this.socket.on("connect_error", (error) => this.failures.push(`connect_error: ${error.message}`));
    this.socket.on("start", (start) => {
      this.start = start;
    });
    this.socket.on("error", (problem) => this.problems.push(problem));
    this.socket.on("frame", (bytes) => this.#frame(bytes));
    this.socket.onAny(() => this.#wake());
    this.socket.on("disconnect", (reason) => {
      this.failures.push(`disconnected: ${reason}`);
      this.#wake();
    });
  }

  /** Takes a seat and waits for the first frame. */
  async play(request) {
    const reply = await this.socket.timeout(PATIENCE).emitWithAck("play", request);
    if (!reply?.seated) {
      throw new Error(`play was answered with ${JSON.stringify(reply)}`);
    }
    await this.until("the first frame", () => this.start && this.mirror.tick !== null);
    return reply.seated;
  }

  /**
   * Sends an action.
   * @returns {Promise<{number: number, problem: object | null}>} its number and what the acknowledgement said
   */
  async act(action, number = ++this.#number) {
    const problem = await this.socket.timeout(PATIENCE).emitWithAck("act", number, action);
    return { number, problem };
  }

  /** Waits for the receipt of an action. */
  async receipt(number) {
    await this.until(`the receipt of action ${number}`, () => this.receipts.has(number));
    return this.receipts.get(number);
  }

  /** Ids of this seat's entities of a kind, ascending. */
  own(kind) {
    return [...this.mirror.entities]
      .filter(([, entity]) => entity[UNIT]?.[0] === kind && entity[UNIT]?.[1] === this.start.seat)
      .map(([id]) => id)
      .sort((a, b) => a - b);
  }

  /** Position of an entity in 1/256 tile. */
  position(id) {
    return this.mirror.entities.get(id)?.[POSITION];
  }

  /** Resolves when `done()` is true; looked at after every event. */
  until(what, done, patience = PATIENCE) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(new Error(`${what} did not come within ${patience} ms`)), patience);
      const check = () => {
        if (this.failures.length > 0) {
          finish(new Error(`waiting for ${what}: ${this.failures.join("; ")}`));
        } else if (done()) {
          finish();
        }
      };
      const finish = (error) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        error ? reject(error) : resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  close() {
    this.socket.off("disconnect");
    this.socket.disconnect();
  }

  #frame(bytes) {
    try {
      const told = this.mirror.apply(new Uint8Array(bytes));
      this.bytes += bytes.byteLength;
      for (const receipt of told.receipts) {
        if (this.receipts.has(receipt.number)) {
          throw new Error(`action ${receipt.number} has two receipts`);
        }
        this.receipts.set(receipt.number, receipt);
      }
      if (this.mirror.tick - this.#seen >= 5) {
        this.#seen = this.mirror.tick;
        this.socket.emit("seen", this.#seen);
      }
    } catch (error) {
      this.failures.push(error.message);
    }
  }

  #wake() {
    for (const check of [...this.#waiting]) {
      check();
    }
  }
}
