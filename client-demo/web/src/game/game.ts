/**
 * The page's one game: title, lobby, match and result in turn, over one connection. Owns the seat and the loop that
 * draws; what is on the screen besides the map is the HUD's.
 */
import { Application, Sprite } from "pixi.js";
import type { Action, Lobby, Notice, Over, Play, Problem, Start } from "../generated/messages";
import type { Applied, Mirror } from "../sync/mirror";
import { Rate } from "../sync/rates";
import { SEAT_TAKEN, Seat, type SeatListener } from "../sync/seat";
import { Transport } from "../sync/transport";
import { KeyboardInput } from "./input/keyboard";
import { PointerInput } from "./input/pointer";
import { Match, type Tone } from "./match";
import * as memory from "./memory";
import { INK } from "./palette";
import { SCHEMA } from "./rules";
import { Quality } from "./view/quality";
import { Textures } from "./view/textures";

export type Phase = "title" | "connecting" | "lobby" | "playing" | "over";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: Tone;
  until: number;
  /** How often it has been said while it stood. */
  times: number;
}

/** Milliseconds between two redraws of the HUD. */
const HUD_MS = 100;
/** Milliseconds between two measurements of the round trip. */
const PING_MS = 1_000;
/** Milliseconds without a frame after which the player is told. */
const STALL_MS = 1_500;
/** Milliseconds that a loss of the connection is shown at least: one that heals at once should still be understood. */
const LOST_MS = 1_800;
/** Milliseconds between two saves of what has been explored. */
const SAVE_MS = 3_000;
const TOAST_MS = 3_200;
/** Pixels a second that keys and the window's edge move the map. */
const PUSH_SPEED = 900;

export class Game implements SeatListener {
  phase: Phase = "title";
  /** Why the title is shown again, in words; or empty. */
  trouble = "";
  /** Whether it is connecting to take back the seat of a page that was reloaded. */
  returning = false;
  lobbyNow: { lobby: Lobby; until: number } | null = null;
  match: Match | null = null;
  ended: Over | null = null;
  startInfo: Start | null = null;
  toasts: Toast[] = [];
  netOpen = false;
  /** Milliseconds of the newest round trip; `null` before the first. */
  ping: number | null = null;
  /** Seats whose player is away. */
  readonly away = new Set<number>();
  readonly transport = new Transport();
  readonly seat: Seat<Action>;
  readonly bytesIn = new Rate();
  readonly framesIn = new Rate();
  /** Called when the HUD should be drawn anew. */
  onChange: () => void = () => {};
  private lastPlay: Play = {};
  /** Changes with each press of Play and of Cancel. */
  private attempt = 0;
  private pointer: PointerInput | null = null;
  private keyboard: KeyboardInput | null = null;
  private readonly app = new Application();
  private readonly ready: Promise<void>;
  /** `null` with `?sharp` in the page's address: then all pixels are drawn, however slow it gets. For pictures. */
  private quality: Quality | null = null;
  private textures: Textures | null = null;
  private toastId = 0;
  private drawnAt = 0;
  private hudAt = 0;
  private savedAt = 0;
  private bytesBefore = 0;
  private lostAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.seat = new Seat<Action>(this.transport, SCHEMA, this, () => performance.now());
    this.ready = this.prepare();
    const token = memory.token();
    if (token !== null) {
      this.phase = "connecting";
      this.returning = true;
      this.seat.takeBack(token);
    }
    this.transport.connect();
    setInterval(() => void this.measure(), PING_MS);
    window.addEventListener("pagehide", () => this.save());
    const loop = (now: number) => {
      this.draw(now);
      requestAnimationFrame(loop);
    };
    requestAnimationFrame(loop);
  }

  /** Whether the connection is up and frames come as they should; else why not. `back`: it was lost a moment ago. */
  health(): "good" | "lost" | "stalled" | "back" {
    if (!this.transport.up) return "lost";
    if (performance.now() < this.lostAt + LOST_MS) return "back";
    const stalled = this.phase === "playing" && performance.now() - this.seat.frameAt > STALL_MS;
    return stalled && this.seat.frameAt > 0 ? "stalled" : "good";
  }

  // What the player does outside the map.

  async play(play: Play): Promise<void> {
    if (this.phase === "connecting" || this.phase === "lobby") return;
    const attempt = ++this.attempt;
    this.lastPlay = play;
    this.closeMatch();
    this.startInfo = null;
    this.lobbyNow = null;
    this.ended = null;
    this.trouble = "";
    this.setPhase("connecting");
    try {
      await this.linkUp(attempt);
      if (attempt !== this.attempt) return;
      const reply = await this.seat.play(play);
      if (attempt === this.attempt && reply?.error !== undefined) this.backToTitle(reply.error.message);
    } catch {
      if (attempt === this.attempt) this.backToTitle("The server does not answer.");
    }
  }

  again(): void {
    void this.play(this.lastPlay);
  }

  leave(): void {
    this.attempt += 1;
    this.seat.leave();
    this.backToTitle("");
  }

  act(action: Action): number {
    return this.seat.act(action);
  }

  toast(text: string, tone: Tone): void {
    const until = performance.now() + TOAST_MS;
    const same = this.toasts.find((toast) => toast.text === text);
    if (same !== undefined) {
      same.until = until;
      same.times += 1;
    } else {
      this.toasts = [...this.toasts, { id: ++this.toastId, text, tone, until, times: 1 }].slice(-4);
    }
    this.onChange();
  }

  toggleNet(): void {
    this.netOpen = !this.netOpen;
    this.onChange();
  }

  // What the seat tells.

  link(up: boolean, _reason: string): void {
    if (!up) this.lostAt = performance.now();
    this.onChange();
  }

  lobby(lobby: Lobby): void {
    this.lobbyNow = { lobby, until: performance.now() + lobby.startsInMs };
    if (this.match === null) this.setPhase("lobby");
  }

  start(start: Start, fresh: boolean): void {
    this.startInfo = start;
    this.ended = null;
    if (fresh || this.match === null) {
      this.closeMatch();
      this.away.clear();
      void this.openMatch(start);
    }
    this.setPhase("playing");
  }

  frame(applied: Applied, mirror: Mirror): void {
    const now = performance.now();
    this.framesIn.add(now, 1);
    this.match?.frame(applied, mirror, now);
  }

  notice({ seat, what }: Notice): void {
    if (seat === this.startInfo?.seat) return;
    const name = this.startInfo?.seats[seat]?.name ?? "A player";
    if (what === "back") this.away.delete(seat);
    else this.away.add(seat);
    const said = { lost: "has lost the connection", back: "is back", left: "has left; a computer plays on" }[what];
    this.toast(`${name} ${said}`, "plain");
  }

  over(over: Over): void {
    this.ended = over;
    memory.forgetExplored();
    this.setPhase("over");
  }

  problem(problem: Problem): void {
    // Sent twice across a reconnect: the first one counted, so there is nothing to tell.
    if (problem.code !== "stale_sequence") this.toast(problem.message, "bad");
  }

  lost(problem: Problem): void {
    const said: Record<string, string> = {
      unknown_token: "That match is over.",
      [SEAT_TAKEN]: "You are playing in another tab.",
    };
    this.backToTitle(said[problem.code] ?? problem.message);
  }

  token(token: string | null): void {
    memory.keepToken(token);
  }

  private setPhase(phase: Phase): void {
    this.phase = phase;
    this.returning = false;
    this.onChange();
  }

  private backToTitle(trouble: string): void {
    this.closeMatch();
    this.startInfo = null;
    this.lobbyNow = null;
    this.ended = null;
    this.trouble = trouble;
    this.setPhase("title");
  }

  private async prepare(): Promise<void> {
    const dense = Math.min(window.devicePixelRatio || 1, 2);
    await this.app.init({
      canvas: this.canvas,
      preference: "webgl",
      background: INK,
      antialias: false,
      autoDensity: true,
      autoStart: false,
      resolution: dense,
      resizeTo: window,
    });
    this.app.ticker.stop();
    // All pictures are in one texture and each piece of ground in another: a shader that chooses among many is slower.
    this.app.renderer.limits.maxBatchableTextures = 2;
    if (!new URLSearchParams(location.search).has("sharp")) {
      this.quality = new Quality(dense, driverName(this.canvas));
      this.applyQuality();
    }
    this.textures = new Textures();
    // Hands the pictures to the graphics card now, while the player reads the title, and not when the match begins.
    const first = new Sprite(this.textures.blank.texture);
    this.app.stage.addChild(first);
    this.app.render();
    first.destroy();
  }

  private applyQuality(): void {
    this.app.renderer.resolution = this.quality!.resolution;
    this.app.resize();
  }

  private async openMatch(start: Start): Promise<void> {
    await this.ready;
    // Another start may have come while the page was getting ready.
    if (this.startInfo !== start) return;
    const match = new Match(this.app, this.textures!, start, this);
    memory.restoreExplored(start.match, match.vision);
    this.match = match;
    this.pointer = new PointerInput(this.canvas, match);
    this.keyboard = new KeyboardInput(match, () => this.toggleNet());
    const { mirror } = this.seat;
    if (mirror.tick !== null) {
      const all = {
        ...mirror.last,
        base: null,
        left: [],
        entered: mirror.ids(),
        events: [],
        seatEvents: [],
        receipts: [],
      };
      match.frame(all, mirror, performance.now());
    }
    this.onChange();
  }

  private closeMatch(): void {
    this.pointer?.destroy();
    this.keyboard?.destroy();
    this.match?.destroy();
    this.pointer = this.keyboard = this.match = null;
  }

  /** Resolves as soon as the connection is up, or the attempt is given up. */
  private linkUp(attempt: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => (this.transport.up || attempt !== this.attempt ? resolve() : setTimeout(look, 30));
      look();
    });
  }

  private async measure(): Promise<void> {
    if (!this.transport.up || document.hidden) return;
    const sent = performance.now();
    try {
      await this.transport.ask("latency", 5_000);
      this.ping = performance.now() - sent;
    } catch {
      this.ping = null;
    }
  }

  private draw(now: number): void {
    const elapsed = Math.min(250, now - this.drawnAt);
    this.drawnAt = now;
    const { match } = this;
    if (match !== null) {
      const { width, height } = this.app.screen;
      if (match.camera.width !== width || match.camera.height !== height) match.camera.resize(width, height);
      this.pushMap(match, elapsed);
      match.draw(now, elapsed);
      if (!document.hidden && this.quality?.sample(elapsed)) this.applyQuality();
    }
    if (now - this.hudAt < HUD_MS) return;
    this.hudAt = now;
    this.bytesIn.add(now, this.transport.bytes - this.bytesBefore);
    this.bytesBefore = this.transport.bytes;
    this.toasts = this.toasts.filter((toast) => toast.until > now);
    if (now - this.savedAt > SAVE_MS) this.save();
    this.onChange();
  }

  private pushMap(match: Match, elapsed: number): void {
    const [edge, keys] = [this.pointer?.push ?? { x: 0, y: 0 }, this.keyboard?.push() ?? { x: 0, y: 0 }];
    const [x, y] = [Math.sign(edge.x + keys.x), Math.sign(edge.y + keys.y)];
    if (x !== 0 || y !== 0)
      match.camera.panPixels((x * PUSH_SPEED * elapsed) / 1_000, (y * PUSH_SPEED * elapsed) / 1_000);
  }

  private save(): void {
    this.savedAt = performance.now();
    if (this.phase === "playing" && this.match !== null && this.startInfo !== null) {
      memory.keepExplored(this.startInfo.match, this.match.vision);
    }
  }
}

/** What the graphics driver calls itself, or nothing where the browser keeps that secret. */
function driverName(canvas: HTMLCanvasElement): string {
  const gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  const secret = gl?.getExtension("WEBGL_debug_renderer_info");
  return gl && secret ? String(gl.getParameter(secret.UNMASKED_RENDERER_WEBGL)) : "";
}
