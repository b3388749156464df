/** What a session needs of a connection; {@link Transport} is the real one. */
export interface Link {
  onUp: () => void;
  onDown: (reason: string) => void;
  readonly up: boolean;
  connect(): void;
  on(event: string, listener: Listener): void;
  /** Sends only while the connection is up. */
  send(event: string, ...args: unknown[]): void;
  /** Sends and waits for the acknowledgement; rejects after `timeoutMs`. */
  ask<T>(event: string, timeoutMs: number, ...args: unknown[]): Promise<T>;
}

/** Called for each event the server sends; binary arguments arrive as `ArrayBuffer`. */
export type Listener = (...args: never[]) => void;
