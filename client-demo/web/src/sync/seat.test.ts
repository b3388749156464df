import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Start } from "../generated/messages";
import type { Link, Listener } from "./link";
import { Seat, type SeatListener } from "./seat";

const SCHEMA = { components: [{ name: "place", columns: ["x"] }], seat: [] };
const START: Start = {
  match: "m1",
  epoch: 1,
  seat: 0,
  rate: 20,
  applied: 0,
  seats: [],
  map: { width: 1, height: 1, tiles: "." },
};
const keyframe = (tick: number) => Uint8Array.from([3, 1, tick, 0, 0]);
const delta = (tick: number, age: number) => Uint8Array.from([3, 0, tick, age, 0, 0]);

/** A connection in memory: what was sent is a list, what arrives is a call. */
class FakeLink implements Link {
  onUp = () => {};
  onDown: (reason: string) => void = () => {};
  up = true;
  sent: unknown[][] = [];
  answers: Record<string, unknown> = {};
  private readonly listeners = new Map<string, Listener>();
  connect() {}
  on(event: string, listener: Listener) {
    this.listeners.set(event, listener);
  }
  send(event: string, ...args: unknown[]) {
    if (this.up) this.sent.push([event, ...args.filter((arg) => typeof arg !== "function")]);
  }
  async ask<T>(event: string, _timeout: number, ...args: unknown[]) {
    this.sent.push([event, ...args]);
    return this.answers[event] as T;
  }
  arrive(event: string, ...args: unknown[]) {
    (this.listeners.get(event) as unknown as (...args: unknown[]) => void)(...args);
  }
  names() {
    return this.sent.map(([event]) => event);
  }
}

describe("a seat", () => {
  let link: FakeLink;
  let clock: number;
  let heard: [string, ...unknown[]][];
  let seat: Seat<string>;

  const seen = () => link.sent.filter(([event]) => event === "seen").map(([, tick]) => tick);

  afterEach(() => {
    vi.useRealTimers();
  });

  beforeEach(async () => {
    vi.useFakeTimers();
    link = new FakeLink();
    clock = 1_000;
    heard = [];
    const hear =
      (name: string) =>
      (...args: unknown[]) =>
        heard.push([name, ...args]);
    const names = ["link", "lobby", "start", "frame", "notice", "over", "problem", "lost", "token"];
    const listener = Object.fromEntries(names.map((name) => [name, hear(name)])) as unknown as SeatListener;
    seat = new Seat<string>(link, SCHEMA, listener, () => clock);
    link.answers.play = { seated: { protocol: 1, match: "m1", token: "t", seat: 0 } };
    link.answers.resume = link.answers.play;
    await seat.play({});
    link.arrive("start", START);
  });

  it("asks for a keyframe once when a frame does not fit, and goes on with it", () => {
    link.arrive("frame", keyframe(3));
    link.arrive("frame", delta(5, 1));
    link.arrive("frame", delta(6, 1));
    expect(link.names().filter((name) => name === "resync")).toHaveLength(1);
    expect(seat.counts.hashBad).toBe(1);
    link.arrive("frame", keyframe(7));
    link.arrive("frame", delta(9, 2));
    expect(seat.mirror.tick).toBe(9);
    expect(seat.counts.merged).toBe(1);
  });

  it("resumes from the mirror it has, and sends again what the server has not decided", async () => {
    link.arrive("frame", keyframe(3));
    seat.act("one");
    seat.act("two");
    link.up = false;
    link.onDown("transport close");
    seat.act("three");
    link.up = true;
    link.sent = [];
    link.onUp();
    await Promise.resolve();
    expect(link.sent[0]).toEqual(["resume", { token: "t", tick: 3 }]);
    link.arrive("start", { ...START, applied: 1 });
    expect(link.sent.slice(1)).toEqual([
      ["act", 2, "two"],
      ["act", 3, "three"],
    ]);
    expect(heard.filter(([name]) => name === "start").map(([, , fresh]) => fresh)).toEqual([true, false]);
    link.arrive("frame", delta(8, 5));
    expect(seat.mirror.tick).toBe(8);
  });

  it("does not send again what has grown old", () => {
    link.up = false;
    seat.act("old");
    clock += 60_000;
    link.up = true;
    link.sent = [];
    link.arrive("start", START);
    expect(link.names()).not.toContain("act");
  });

  it("takes only a keyframe after the match was rebuilt", () => {
    link.arrive("frame", keyframe(3));
    link.arrive("start", { ...START, epoch: 2 });
    link.arrive("frame", delta(4, 1));
    expect(link.names()).toContain("resync");
  });

  it("goes on counting from the number the server names after a reload", () => {
    link.arrive("start", { ...START, applied: 41 });
    expect(seat.act("next")).toBe(42);
  });

  it("gives up when the server knows the token no more", async () => {
    link.answers.resume = { error: { code: "unknown_token", message: "no" } };
    link.onUp();
    await Promise.resolve();
    await Promise.resolve();
    expect(heard.map(([name]) => name)).toContain("lost");
    link.sent = [];
    link.onUp();
    expect(link.sent).toEqual([]);
  });

  it("tells what it has seen at most four times a second", () => {
    for (let tick = 1; tick <= 20; tick++) {
      link.arrive("frame", tick === 1 ? keyframe(1) : delta(tick, 1));
      clock += 50;
      vi.advanceTimersByTime(50);
    }
    expect(seen()).toEqual([1, 5, 10, 15, 20]);
  });

  it("tells the last frame of a burst too, after which a server may wait", () => {
    for (let tick = 1; tick <= 30; tick++) link.arrive("frame", tick === 1 ? keyframe(1) : delta(tick, 1));
    clock += 1_000;
    vi.advanceTimersByTime(1_000);
    expect(seen()).toEqual([1, 30]);
  });

  it("tells each frame for a second after one that covers several ticks", () => {
    for (let tick = 1; tick <= 4; tick++) link.arrive("frame", tick === 1 ? keyframe(1) : delta(tick, 1));
    expect(seen()).toEqual([1]);
    link.arrive("frame", delta(9, 5));
    link.arrive("frame", delta(10, 1));
    expect(seen()).toEqual([1, 9, 10]);
    clock += 1_100;
    vi.advanceTimersByTime(1_100);
    for (const tick of [11, 12, 13]) link.arrive("frame", delta(tick, 1));
    expect(seen()).toEqual([1, 9, 10, 11]);
  });

  it("says with resync what it has applied last", () => {
    link.arrive("frame", keyframe(3));
    link.arrive("frame", delta(9, 1));
    expect(link.sent.at(-1)).toEqual(["resync", 3]);
  });

  it("resumes without a tick while it holds a part of the view only", async () => {
    link.arrive("frame", Uint8Array.from([3, 33, 3, 0, 0]));
    link.sent = [];
    link.answers.resume = { seated: { protocol: 2, token: "t" } };
    link.onUp();
    await Promise.resolve();
    expect(link.sent[0]).toEqual(["resume", { token: "t" }]);
  });

  it("says nothing more for frames that come after the end of the match or after leaving", () => {
    const ends = [() => link.arrive("over", { winner: 0, tick: 4, scores: [] }), () => seat.leave()];
    for (const end of ends) {
      seat.takeBack("t");
      link.arrive("start", START);
      link.arrive("frame", keyframe(3));
      link.arrive("frame", delta(4, 1));
      end();
      link.sent = [];
      link.arrive("frame", delta(5, 1));
      link.arrive("frame", delta(9, 1));
      clock += 1_000;
      vi.advanceTimersByTime(1_000);
      expect(link.sent).toEqual([]);
      expect(seat.counts.hashBad).toBe(0);
    }
  });

  it("gives back a seat that comes after the player has cancelled", async () => {
    seat.leave();
    link.sent = [];
    const answer = seat.play({});
    await Promise.resolve();
    seat.leave();
    expect(await answer).toBeNull();
    expect(link.names()).toEqual(["play", "leave"]);
    link.arrive("start", START);
    expect(heard.filter(([name]) => name === "start")).toHaveLength(1);
  });

  it("asks for a seat again when the lobby has forgotten it, and keeps no token before the start", async () => {
    seat.leave();
    heard = [];
    await seat.play({ code: "friends" });
    expect(heard.filter(([name, token]) => name === "token" && token !== null)).toEqual([]);
    link.answers.resume = { error: { code: "unknown_token", message: "no" } };
    link.sent = [];
    link.onUp();
    await vi.advanceTimersByTimeAsync(0);
    expect(link.sent).toEqual([
      ["resume", { token: "t" }],
      ["play", { code: "friends" }],
    ]);
    link.arrive("start", START);
    expect(heard).toContainEqual(["token", "t"]);
    expect(heard.map(([name]) => name)).not.toContain("lost");
  });

  it("gives the seat up when another connection has taken it", () => {
    link.arrive("error", { code: "seat_taken", message: "taken" });
    expect(heard.map(([name]) => name)).toContain("lost");
    link.sent = [];
    link.onUp();
    expect(link.sent).toEqual([]);
  });
});
