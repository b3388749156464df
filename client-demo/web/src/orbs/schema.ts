/** What the server's example declares, in the same order. */
import type { Schema } from "../sync/schema";

export const MOTION = 0;
export const BODY = 1;

export const SCHEMA: Schema = {
  components: [
    { name: "motion", columns: ["x", "y", "vx", "vy"], motion: true },
    { name: "body", columns: ["mass", "seat"] },
    { name: "aim", columns: ["x", "y"], unsigned: true },
  ],
  seat: ["eaten", "lost"],
};

/** Side of the field. */
export const SIDE = 32_768;
/** Milliseconds of a tick. */
export const TICK_MS = 50;
