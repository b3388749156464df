/**
 * The wire under a match: one Socket.IO connection that comes back by itself, its counters and its round-trip time.
 * Knows events and bytes, nothing of what they mean.
 */
import { io, type Socket } from "socket.io-client";
import type { Link, Listener } from "./link";

/** Milliseconds before a lost connection is tried again; grows to the maximum. */
const RETRY_MS = 250;
const RETRY_MAX_MS = 3_000;

export class Transport implements Link {
  /** Bytes received since the page was loaded: everything inside Engine.IO packets. */
  bytes = 0;
  /** Times a lost connection came back. */
  reconnects = 0;
  onUp: () => void = () => {};
  onDown: (reason: string) => void = () => {};
  private readonly socket: Socket;
  private ups = 0;

  constructor(url?: string) {
    const options = { autoConnect: false, reconnectionDelay: RETRY_MS, reconnectionDelayMax: RETRY_MAX_MS };
    this.socket = url === undefined ? io(options) : io(url, options);
    this.socket.io.on("open", () => {
      this.socket.io.engine.on("packet", (packet: { data?: string | ArrayBuffer }) => {
        const data = packet.data;
        if (data !== undefined) this.bytes += typeof data === "string" ? data.length : data.byteLength;
      });
    });
    this.socket.on("connect", () => {
      if (this.ups++ > 0) this.reconnects += 1;
      this.onUp();
    });
    this.socket.on("disconnect", (reason) => {
      this.onDown(reason);
      // Socket.IO comes back by itself except when the server closed the namespace on purpose.
      if (reason === "io server disconnect") setTimeout(() => this.socket.connect(), RETRY_MAX_MS);
    });
  }

  connect(): void {
    this.socket.connect();
  }

  get up(): boolean {
    return this.socket.connected;
  }

  /** "polling", "websocket", or "none" while there is no connection. */
  get kind(): string {
    return this.up ? (this.socket.io.engine?.transport?.name ?? "none") : "none";
  }

  on(event: string, listener: Listener): void {
    this.socket.on(event, listener as (...args: unknown[]) => void);
  }

  /** Sends only while the connection is up: what Socket.IO would keep back must not overtake the resume. */
  send(event: string, ...args: unknown[]): void {
    if (this.up) this.socket.emit(event, ...args);
  }

  /** Sends and waits for the acknowledgement; rejects after `timeoutMs`, or when the connection is lost. */
  async ask<T>(event: string, timeoutMs: number, ...args: unknown[]): Promise<T> {
    return (await this.socket.timeout(timeoutMs).emitWithAck(event, ...args)) as T;
  }

  /** Closes the engine under Socket.IO as a lost network would: for tests of coming back. */
  drop(): void {
    this.socket.io.engine?.close();
  }
}
