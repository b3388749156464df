/** Why a frame can't be applied. */
export type FrameFault = "truncated" | "trailing" | "version" | "range" | "base" | "entity" | "hash";

/** A frame that is malformed, or that does not follow from what the mirror holds. The mirror then waits for a keyframe. */
export class FrameError extends Error {
  constructor(
    readonly fault: FrameFault,
    message: string,
  ) {
    super(message);
    this.name = "FrameError";
  }
}

/** A number outside its range. */
export function outOfRange(what: string, value: number): FrameError {
  return new FrameError("range", `${what} is out of range: ${value}`);
}
