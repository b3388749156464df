// The tables of PROTOCOL.md that a client needs to read frames and name what it sees.

/** Columns of each component, by place. */
export const COMPONENTS = [
  { name: "unit", columns: ["kind", "owner"] },
  { name: "position", columns: ["x", "y", "vx", "vy"], motion: true },
  { name: "health", columns: ["hp"], unsigned: true },
  { name: "task", columns: ["doing", "cargo"], unsigned: true },
  { name: "site", columns: ["progress"], unsigned: true },
  { name: "deposit", columns: ["amount"], unsigned: true },
  { name: "queue", columns: ["kind", "waiting", "progress"], unsigned: true },
  { name: "rally", columns: ["x", "y"], unsigned: true },
];

/** Columns of the seat part. */
export const SEAT = ["ore", "supply", "supplyCap"];

export const UNIT = 0;
export const POSITION = 1;
export const WORKER = 2;
export const TILE = 256;
