/** The keys of a match. With units selected A and S are orders; without any they move the map with W and D. */
import type { Match } from "../match";
import { KIND_BARRACKS, KIND_KEEP, trainedIn } from "../rules";

/** Milliseconds between two presses of a group's number that show the group. */
const DOUBLE_MS = 350;
/** Keys of the first and second unit that a building trains. */
export const TRAIN_KEYS = ["q", "e"] as const;

export class KeyboardInput {
  private readonly held = new Set<string>();
  private lastGroup = { number: 0, at: 0 };
  private readonly off = new AbortController();

  constructor(
    private readonly match: Match,
    private readonly toggleNet: () => void,
  ) {
    const { signal } = this.off;
    window.addEventListener("keydown", (event) => this.down(event), { signal });
    window.addEventListener("keyup", (event) => this.held.delete(event.key.toLowerCase()), { signal });
    window.addEventListener("blur", () => this.held.clear(), { signal });
  }

  destroy(): void {
    this.off.abort();
  }

  /** -1, 0 or 1 on each axis: where held keys push the map. */
  push(): { x: number; y: number } {
    const on = (...keys: string[]) => (keys.some((key) => this.held.has(key)) ? 1 : 0);
    const letters = this.match.selection.units().length === 0;
    return {
      x: on("arrowright", "d") - on("arrowleft", ...(letters ? ["a"] : [])),
      y: on("arrowdown", ...(letters ? ["s"] : [])) - on("arrowup", "w"),
    };
  }

  private down(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.altKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    const digit = /^Digit([1-9])$/.exec(event.code);
    if (digit !== null) {
      event.preventDefault();
      this.group(Number(digit[1]), event.ctrlKey || event.shiftKey, event.timeStamp);
      return;
    }
    if (event.ctrlKey) return;
    this.held.add(key);
    if (key.startsWith("arrow") || key === " " || key === "tab") event.preventDefault();
    if (!event.repeat) this.press(key);
  }

  private press(key: string): void {
    const { match } = this;
    const units = match.selection.units().length > 0;
    if (key === "escape") {
      if (match.mode.type !== "none") match.setMode({ type: "none" });
      else match.selection.clear();
    } else if (key === "a" && units) match.setMode({ type: "attack" });
    else if (key === "s" && units) match.stop();
    else if (key === "b") match.setMode({ type: "place", kind: KIND_BARRACKS });
    else if (key === "k") match.setMode({ type: "place", kind: KIND_KEEP });
    else if (key === "r") match.setMode({ type: "rally" });
    else if (key === "f") match.nextIdle();
    else if (key === "h") match.home();
    else if (key === " ") this.goToAlarm();
    else if (key === "n") this.toggleNet();
    else this.train(key);
  }

  private train(key: string): void {
    const place = (TRAIN_KEYS as readonly string[]).indexOf(key);
    const [building] = this.match.selection.buildings();
    if (place < 0 || building === undefined) return;
    const kind = trainedIn(building.kind)[place];
    if (kind !== undefined) this.match.train(kind);
  }

  private goToAlarm(): void {
    const { alarm, camera } = this.match;
    if (alarm !== null) camera.glide(alarm.x, alarm.y);
    else this.match.showSelection();
  }

  private group(number: number, save: boolean, at: number): void {
    const { selection } = this.match;
    if (save) {
      selection.saveGroup(number);
      return;
    }
    if (!selection.recallGroup(number)) return;
    if (this.lastGroup.number === number && at - this.lastGroup.at < DOUBLE_MS) this.match.showSelection();
    this.lastGroup = { number, at };
  }
}
