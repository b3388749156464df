// A TCP relay that can be cut, to lose a connection the way networks lose it: below everything that speaks over it.

import net from "node:net";

export class Cuttable {
  #server;
  #sockets = new Set();
  #down = false;

  /**
   * Listens on a free loopback port and relays to `host:port`.
   * @returns {Promise<Cuttable>}
   */
  static async to(host, port) {
    const relay = new Cuttable();
    relay.#server = net.createServer((near) => {
      if (relay.#down) {
        near.destroy();
        return;
      }
      const far = net.connect(port, host);
      for (const [from, into] of [[near, far], [far, near]]) {
        relay.#sockets.add(from);
        from.setNoDelay(true);
        from.on("error", () => into.destroy());
        from.on("close", () => {
          relay.#sockets.delete(from);
          into.destroy();
        });
        from.pipe(into);
      }
    });
    await new Promise((resolve, reject) => {
      relay.#server.once("error", reject);
      relay.#server.listen(0, "127.0.0.1", resolve);
    });
    return relay;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Drops every connection and refuses new ones. */
  cut() {
    this.#down = true;
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Lets connections through again. */
  heal() {
    this.#down = false;
  }

  close() {
    this.cut();
    this.#server.close();
  }
}
