// The tables of PROTOCOL.md that a client needs to read frames and name what it sees.

/** Columns of each component, by place. */
export const COMPONENTS = [
  { name: "unit", columns: ["kind", "owner"] },
  { name: "position", columns: ["x", "y"] },
  { name: "health", columns: ["hp"] },
  { name: "task", columns: ["doing", "cargo"] },
  { name: "site", columns: ["progress"] },
  { name: "deposit", columns: ["amount"] },
  { name: "queue", columns: ["kind", "waiting", "progress"] },
  { name: "rally", columns: ["x", "y"] },
];

/** Columns of the seat part. */
export const SEAT = ["ore", "supply", "supplyCap"];

export const UNIT = 0;
export const POSITION = 1;
export const WORKER = 2;
export const TILE = 256;
