/**
 * One seat in a match over a connection that may come and go: takes the seat, applies frames to the mirror, numbers
 * actions, and takes the seat back after a loss. Knows no game: actions are opaque, what frames mean is the caller's.
 */
import type { Lobby, Notice, Over, Play, Problem, Reply, Start } from "../generated/messages";
import { FrameError } from "./error";
import type { Link } from "./link";
import { type Applied, Mirror } from "./mirror";
import type { Schema } from "./schema";

/** Milliseconds to wait for the answer to `play` and `resume`. */
const ANSWER_MS = 8_000;
/** Milliseconds between two `seen`: four a second tell the server enough. */
const SEEN_MS = 250;
/** Milliseconds after a frame that covers several ticks in which each is told: the server waits for it then. */
const EAGER_MS = 1_000;
/** Milliseconds an action that found no connection is kept; older ones would surprise more than they help. */
const KEEP_MS = 5_000;
/** Milliseconds before a resume that got no answer is tried again. */
const RETRY_MS = 1_500;
/** The problem of a seat that another connection has taken back, such as that of a copied tab. */
export const SEAT_TAKEN = "seat_taken";

/** What the owner of a seat wants to know. */
export interface SeatListener {
  link(up: boolean, reason: string): void;
  lobby(lobby: Lobby): void;
  /** `fresh` is false when a match goes on with the mirror it had. */
  start(start: Start, fresh: boolean): void;
  frame(applied: Applied, mirror: Mirror): void;
  notice(notice: Notice): void;
  over(over: Over): void;
  /** Something the server refused. */
  problem(problem: Problem): void;
  /** The seat could not be taken back. */
  lost(problem: Problem): void;
  /** The token to come back with, also after a page reload; `null` when it is of no more use. */
  token(token: string | null): void;
}

/** Frames counted since the page was loaded. */
export interface SeatCounts {
  frames: number;
  /** Frames that cover more than one tick. */
  merged: number;
  hashOk: number;
  /** Frames that did not fit: wrong hashes and malformed ones. Each was healed by a keyframe. */
  hashBad: number;
  /** Frames that told that receipts or events had to be dropped. */
  lost: number;
}

interface Pending<A> {
  readonly seq: number;
  readonly action: A;
  readonly at: number;
}

export class Seat<A> {
  mirror: Mirror;
  readonly counts: SeatCounts = { frames: 0, merged: 0, hashOk: 0, hashBad: 0, lost: 0 };
  /** When the newest frame arrived; 0 before the first. */
  frameAt = 0;
  private token: string | null = null;
  private running: Start | null = null;
  /** What was asked for while no match has started: a lobby forgets who is gone, so it is asked for again. */
  private asked: Play | null = null;
  /** Changes with each seat asked for or given up; what answers an older one is of no more use. */
  private attempt = 0;
  /** The newest question for a seat, settled or not. It never rejects. */
  private asking: Promise<unknown> = Promise.resolve();
  private sequence = 0;
  private pending: Pending<A>[] = [];
  private seenAt = Number.NEGATIVE_INFINITY;
  private eagerUntil = Number.NEGATIVE_INFINITY;
  private seeing: ReturnType<typeof setTimeout> | undefined;
  private resyncing = false;

  constructor(
    private readonly link: Link,
    private readonly schema: Schema,
    private readonly listener: SeatListener,
    private readonly now: () => number,
  ) {
    this.mirror = new Mirror(schema);
    link.onUp = () => {
      listener.link(true, "");
      if (this.token !== null) void this.resume();
    };
    link.onDown = (reason) => listener.link(false, reason);
    link.on("lobby", (lobby: Lobby) => {
      if (this.asked !== null) listener.lobby(lobby);
    });
    link.on("start", (start: Start) => this.start(start));
    link.on("frame", (bytes: ArrayBuffer | Uint8Array) => this.frame(bytes));
    link.on("notice", (notice: Notice) => listener.notice(notice));
    link.on("over", (over: Over) => this.over(over));
    link.on("error", (problem: Problem) => this.refused(problem));
  }

  /** Asks for a seat in a new match; `null` when that was given up meanwhile. The connection must be up. */
  async play(play: Play): Promise<Reply | null> {
    this.reset();
    const { attempt } = this;
    // A seat that an older question still brings is given back before the next one is asked for.
    await this.asking;
    if (attempt !== this.attempt) return null;
    this.asked = play;
    const answer = this.ask(play, attempt);
    this.asking = answer.catch(() => {});
    return answer;
  }

  private async ask(play: Play, attempt: number): Promise<Reply | null> {
    let reply: Reply;
    try {
      reply = await this.link.ask<Reply>("play", ANSWER_MS, play);
    } catch (error) {
      if (attempt !== this.attempt) return null;
      this.reset();
      throw error;
    }
    if (attempt !== this.attempt) {
      if (reply.seated !== undefined) this.link.send("leave");
      return null;
    }
    if (reply.seated === undefined) this.reset();
    else if (this.running === null) this.token = reply.seated.token;
    else this.keep(reply.seated.token);
    return reply;
  }

  /** Takes back the seat of a page that was reloaded, as soon as the connection is up. */
  takeBack(token: string): void {
    this.token = token;
    if (this.link.up) void this.resume();
  }

  /** Orders; returns the number its receipt will carry. */
  act(action: A): number {
    if (this.running === null) return this.sequence;
    const entry = { seq: ++this.sequence, action, at: this.now() };
    this.pending.push(entry);
    this.transmit(entry);
    return entry.seq;
  }

  /** Gives the seat up for good. */
  leave(): void {
    if (this.token !== null) this.link.send("leave");
    this.reset();
  }

  private reset(): void {
    this.attempt += 1;
    this.asked = null;
    this.keep(null);
    this.running = null;
    this.mirror = new Mirror(this.schema);
    this.sequence = 0;
    this.pending = [];
    this.resyncing = false;
    this.stopSeeing();
    this.frameAt = 0;
  }

  private keep(token: string | null): void {
    this.token = token;
    this.listener.token(token);
  }

  private async resume(): Promise<void> {
    const token = this.token;
    if (token === null) return;
    // The server knows nothing of parts that another connection brought.
    const tick = this.mirror.last.partial ? null : this.mirror.tick;
    try {
      const reply = await this.link.ask<Reply>("resume", ANSWER_MS, tick === null ? { token } : { token, tick });
      // Asked twice, because the first answer was slow: the seat is held.
      if (reply.error === undefined || reply.error.code === "already_seated" || this.token !== token) return;
      if (this.asked !== null && reply.error.code === "unknown_token") {
        void this.askAgain(this.asked);
        return;
      }
      this.reset();
      this.listener.lost(reply.error);
    } catch {
      // No answer: the connection went away again and its return will ask anew, or the server is slow.
      setTimeout(() => {
        if (this.link.up && this.token === token && this.now() - this.frameAt > RETRY_MS) void this.resume();
      }, RETRY_MS);
    }
  }

  private async askAgain(play: Play): Promise<void> {
    try {
      const reply = await this.play(play);
      if (reply?.error !== undefined) this.listener.lost(reply.error);
    } catch {
      this.listener.lost({ code: "not_seated", message: "The server does not answer." });
    }
  }

  private start(start: Start): void {
    // On its way when the seat was given up.
    if (this.token === null && this.asked === null) return;
    const before = this.running;
    const fresh = before === null || before.match !== start.match || before.epoch !== start.epoch;
    if (fresh) this.mirror.forget();
    this.running = start;
    this.asked = null;
    // Before the start a token takes nothing back, so only now is it worth keeping.
    if (this.token !== null) this.keep(this.token);
    this.resyncing = false;
    this.sequence = Math.max(this.sequence, start.applied);
    this.listener.start(start, fresh);
    const young = this.now() - KEEP_MS;
    this.pending = this.pending.filter((entry) => entry.seq > start.applied && entry.at > young);
    for (const entry of this.pending) this.transmit(entry);
  }

  private transmit(entry: Pending<A>): void {
    this.link.send("act", entry.seq, entry.action, (problem: Problem | null) => {
      if (problem !== null && problem !== undefined) this.refused(problem);
    });
  }

  private refused(problem: Problem): void {
    if ((problem.code as string) !== SEAT_TAKEN) {
      this.listener.problem(problem);
      return;
    }
    this.reset();
    this.listener.lost(problem);
  }

  private frame(bytes: ArrayBuffer | Uint8Array): void {
    // On its way when the match ended or the seat was given up: nothing may be answered without a seat.
    if (this.running === null) return;
    const now = this.now();
    this.frameAt = now;
    this.counts.frames += 1;
    let applied: Applied;
    try {
      applied = this.mirror.apply(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.misfit();
      return;
    }
    this.resyncing = false;
    if (applied.hashChecked) this.counts.hashOk += 1;
    const merged = applied.base !== null && applied.tick - applied.base > 1;
    if (merged) this.counts.merged += 1;
    if (merged || (applied.base === null && this.counts.frames > 1)) this.eagerUntil = now + EAGER_MS;
    if (applied.lost) this.counts.lost += 1;
    const decided = this.mirror.appliedSeq;
    if (this.pending.length > 0) this.pending = this.pending.filter((entry) => entry.seq > decided);
    this.see(now);
    this.listener.frame(applied, this.mirror);
  }

  /**
   * Tells the server the newest tick, now or as soon as the pause after the last time is over. A server that waits for
   * it sends nothing more, so the last frame of a burst must not go untold.
   */
  private see(now: number): void {
    if (now < this.eagerUntil) this.stopSeeing();
    if (this.seeing !== undefined) return;
    const pause = Math.max(0, this.seenAt + SEEN_MS - now);
    if (pause === 0 || now < this.eagerUntil) this.tellSeen();
    else this.seeing = setTimeout(() => this.tellSeen(), pause);
  }

  private tellSeen(): void {
    this.seeing = undefined;
    this.seenAt = this.now();
    if (this.mirror.tick !== null) this.link.send("seen", this.mirror.tick);
  }

  private stopSeeing(): void {
    clearTimeout(this.seeing);
    this.seeing = undefined;
  }

  /** Asks for a keyframe once; deltas that were on their way are not errors of their own. */
  private misfit(): void {
    if (this.resyncing) return;
    this.resyncing = true;
    this.counts.hashBad += 1;
    if (this.mirror.told === null) this.link.send("resync");
    else this.link.send("resync", this.mirror.told);
  }

  private over(over: Over): void {
    if (this.running === null) return;
    this.keep(null);
    this.running = null;
    this.pending = [];
    this.stopSeeing();
    this.listener.over(over);
  }
}
