/** Mouse and fingers on the battlefield: turns gestures into commands of the match. */
import type { Match } from "../match";
import { isBuilding } from "../rules";

/** Pixels that a press may wander and still be a click. */
const STILL = 6;
/** Milliseconds between the clicks of a double click. */
const DOUBLE_MS = 320;
/** Milliseconds after which a resting finger draws a box instead of moving the map. */
const HOLD_MS = 340;
/** Pixels from the window's edge at which the mouse moves the map. */
const EDGE = 6;
/** Pixels around the pointer that count as on target. */
const MOUSE_SLACK = 4;
const FINGER_SLACK = 14;

type Gesture =
  | { type: "box"; x: number; y: number; add: boolean; moved: boolean }
  | { type: "pan"; x: number; y: number; moved: boolean; startX: number; startY: number }
  | { type: "pinch"; distance: number; x: number; y: number };

export class PointerInput {
  /** -1, 0 or 1 on each axis: where the mouse at the window's edge pushes the map. */
  readonly push = { x: 0, y: 0 };
  private gesture: Gesture | null = null;
  private readonly fingers = new Map<number, { x: number; y: number }>();
  private hold: ReturnType<typeof setTimeout> | undefined;
  private lastClick = { at: 0, kind: -1 };
  private readonly off = new AbortController();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly match: Match,
  ) {
    const { signal } = this.off;
    const on = <K extends keyof HTMLElementEventMap>(name: K, handle: (event: HTMLElementEventMap[K]) => void) =>
      canvas.addEventListener(name, handle, { signal, passive: false });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.cancel(event));
    on("contextmenu", (event) => event.preventDefault());
    on("wheel", (event) => {
      event.preventDefault();
      const strength = event.ctrlKey ? 0.012 : event.deltaMode === 1 ? 0.04 : 0.0016;
      match.camera.zoomAt(event.offsetX, event.offsetY, Math.exp(-event.deltaY * strength), true);
    });
    window.addEventListener("pointermove", (event) => this.edge(event), { signal });
    document.addEventListener("mouseleave", () => this.stopPush(), { signal });
    window.addEventListener("blur", () => this.stopPush(), { signal });
  }

  destroy(): void {
    clearTimeout(this.hold);
    this.off.abort();
  }

  private down(event: PointerEvent): void {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") this.fingerDown(event);
    else if (event.button === 1) this.gesture = this.pan(event);
    else if (event.button === 2) this.rightClick(event);
    else if (event.button === 0) {
      if (this.match.mode.type !== "none") this.tap(event, MOUSE_SLACK);
      else this.gesture = { type: "box", x: event.offsetX, y: event.offsetY, add: event.shiftKey, moved: false };
    }
  }

  private move(event: PointerEvent): void {
    const finger = this.fingers.get(event.pointerId);
    if (finger !== undefined) [finger.x, finger.y] = [event.offsetX, event.offsetY];
    const at = this.match.camera.toMap(event.offsetX, event.offsetY);
    this.match.pointer = at;
    if (event.pointerType !== "touch") {
      this.match.hovered = this.match.entityAt(at.x, at.y, MOUSE_SLACK / this.match.camera.zoom);
    }
    const { gesture } = this;
    if (gesture === null) return;
    if (gesture.type === "pinch") this.pinch(gesture);
    else if (gesture.type === "pan") this.dragMap(gesture, event);
    else this.dragBox(gesture, event);
  }

  private up(event: PointerEvent): void {
    const { gesture } = this;
    const touch = event.pointerType === "touch";
    this.fingers.delete(event.pointerId);
    clearTimeout(this.hold);
    if (gesture === null || (event.button === 2 && !touch)) return;
    this.gesture = null;
    this.match.stage.overlay.drag(null);
    if (gesture.type === "pinch") {
      const [rest] = this.fingers.values();
      if (rest !== undefined) {
        this.gesture = { type: "pan", x: rest.x, y: rest.y, startX: rest.x, startY: rest.y, moved: true };
      }
    } else if (gesture.type === "box") {
      if (gesture.moved) this.finishBox(gesture, event);
      else if (touch) this.held(event);
      else this.clickOrDouble(event);
    } else if (touch && !gesture.moved) {
      this.tap(event, FINGER_SLACK);
    }
  }

  private cancel(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    clearTimeout(this.hold);
    this.gesture = null;
    this.match.stage.overlay.drag(null);
  }

  // Mouse.

  private rightClick(event: PointerEvent): void {
    const { match } = this;
    if (match.mode.type !== "none") {
      match.setMode({ type: "none" });
      return;
    }
    const at = match.camera.toMap(event.offsetX, event.offsetY);
    match.orderAt(at.x, at.y, MOUSE_SLACK / match.camera.zoom);
  }

  private clickOrDouble(event: PointerEvent): void {
    const { match } = this;
    const slack = MOUSE_SLACK / match.camera.zoom;
    const at = match.camera.toMap(event.offsetX, event.offsetY);
    const target = match.entityAt(at.x, at.y, slack);
    const kind = target !== null && match.world.isMine(target) ? target.kind : -1;
    const double = kind >= 0 && kind === this.lastClick.kind && event.timeStamp - this.lastClick.at < DOUBLE_MS;
    this.lastClick = { at: event.timeStamp, kind };
    if (double || (event.ctrlKey && kind >= 0)) match.selectAlike(kind, event.shiftKey);
    else match.click(at.x, at.y, slack, event.shiftKey);
  }

  private edge(event: PointerEvent): void {
    const far = (at: number, size: number) => (at <= EDGE ? -1 : at >= size - 1 - EDGE ? 1 : 0);
    const mouse = event.pointerType === "mouse" && this.gesture === null;
    this.push.x = mouse ? far(event.clientX, window.innerWidth) : 0;
    this.push.y = mouse ? far(event.clientY, window.innerHeight) : 0;
  }

  private stopPush(): void {
    this.push.x = this.push.y = 0;
  }

  // Fingers.

  private fingerDown(event: PointerEvent): void {
    this.match.hovered = null;
    this.match.pointer = this.match.camera.toMap(event.offsetX, event.offsetY);
    this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    clearTimeout(this.hold);
    if (this.fingers.size === 1) {
      this.gesture = this.pan(event);
      const [x, y] = [event.offsetX, event.offsetY];
      this.hold = setTimeout(() => {
        if (this.gesture?.type !== "pan" || this.gesture.moved) return;
        this.gesture = { type: "box", x, y, add: false, moved: false };
        navigator.vibrate?.(12);
        this.match.stage.overlay.drag({ x1: x - 18, y1: y - 18, x2: x + 18, y2: y + 18 });
      }, HOLD_MS);
    } else if (this.fingers.size === 2) {
      const [a, b] = [...this.fingers.values()];
      this.match.stage.overlay.drag(null);
      this.gesture = { type: "pinch", distance: Math.hypot(a.x - b.x, a.y - b.y), ...middle(a, b) };
    }
  }

  private pinch(gesture: Gesture & { type: "pinch" }): void {
    const [a, b] = [...this.fingers.values()];
    if (a === undefined || b === undefined) return;
    const distance = Math.max(20, Math.hypot(a.x - b.x, a.y - b.y));
    const centre = middle(a, b);
    const { camera } = this.match;
    camera.panPixels(gesture.x - centre.x, gesture.y - centre.y);
    camera.zoomAt(centre.x, centre.y, distance / gesture.distance, false);
    Object.assign(gesture, { distance, ...centre });
  }

  /** A finger that rested and let go: all of that kind, or nothing. */
  private held(event: PointerEvent): void {
    const { match } = this;
    const at = match.camera.toMap(event.offsetX, event.offsetY);
    const target = match.entityAt(at.x, at.y, FINGER_SLACK / match.camera.zoom);
    if (target !== null && match.world.isMine(target)) match.selectAlike(target.kind, false);
    else match.selection.clear();
  }

  private tap(event: PointerEvent, slackPixels: number): void {
    const { match } = this;
    const slack = slackPixels / match.camera.zoom;
    const at = match.camera.toMap(event.offsetX, event.offsetY);
    if (match.mode.type !== "none") {
      match.click(at.x, at.y, slack, event.shiftKey);
      return;
    }
    const target = match.entityAt(at.x, at.y, slack);
    const units = match.selection.units();
    const unfinished = target !== null && isBuilding(target.kind) && target.site !== null;
    const choose =
      target !== null && match.world.isMine(target) && !(unfinished && match.selection.workers().length > 0);
    if (choose || units.length === 0 || !match.orderAt(at.x, at.y, slack)) match.click(at.x, at.y, slack, false);
  }

  // Both.

  private pan(event: PointerEvent): Gesture {
    const { offsetX: x, offsetY: y } = event;
    return { type: "pan", x, y, startX: x, startY: y, moved: false };
  }

  private dragMap(gesture: Gesture & { type: "pan" }, event: PointerEvent): void {
    const { offsetX: x, offsetY: y } = event;
    const slop = event.pointerType === "touch" ? STILL * 1.5 : 0;
    if (!gesture.moved && Math.hypot(x - gesture.startX, y - gesture.startY) <= slop) return;
    clearTimeout(this.hold);
    // While a building is placed a finger carries it.
    if (event.pointerType !== "touch" || this.match.mode.type !== "place") {
      this.match.camera.panPixels(gesture.x - x, gesture.y - y);
    }
    Object.assign(gesture, { x, y, moved: true });
  }

  private dragBox(gesture: Gesture & { type: "box" }, event: PointerEvent): void {
    const { offsetX: x2, offsetY: y2 } = event;
    gesture.moved ||= Math.hypot(x2 - gesture.x, y2 - gesture.y) > STILL;
    if (gesture.moved) this.match.stage.overlay.drag({ x1: gesture.x, y1: gesture.y, x2, y2 });
  }

  private finishBox(gesture: Gesture & { type: "box" }, event: PointerEvent): void {
    const from = this.match.camera.toMap(gesture.x, gesture.y);
    const to = this.match.camera.toMap(event.offsetX, event.offsetY);
    this.match.selectBox(from.x, from.y, to.x, to.y, gesture.add || event.shiftKey);
  }
}

function middle(a: { x: number; y: number }, b: { x: number; y: number }): { x: number; y: number } {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
