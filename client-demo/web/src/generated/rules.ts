// Generated from the Rust message types by `cargo xtask vectors`. Do not edit.

import type { Doing, Kind, Reject, Stats } from "./messages";

export const PROTOCOL = 2 as const;

export const TILE = 256 as const;

export const RATE = 20 as const;

export const CARGO = 5 as const;

export const QUEUE_LIMIT = 5 as const;

export const MAX_UNITS = 200 as const;

export const MAX_NAME = 24 as const;

export const NOBODY = -1 as const;

export const PROGRESS_STEP = 20 as const;

export const SCHEMA = {
  "components": [
    {
      "columns": [
        "kind",
        "owner"
      ],
      "name": "unit"
    },
    {
      "columns": [
        "x",
        "y",
        "vx",
        "vy"
      ],
      "motion": true,
      "name": "position"
    },
    {
      "columns": [
        "hp"
      ],
      "name": "health",
      "unsigned": true
    },
    {
      "columns": [
        "doing",
        "cargo"
      ],
      "name": "task",
      "unsigned": true
    },
    {
      "columns": [
        "progress"
      ],
      "name": "site",
      "unsigned": true
    },
    {
      "columns": [
        "amount"
      ],
      "name": "deposit",
      "unsigned": true
    },
    {
      "columns": [
        "kind",
        "waiting",
        "progress"
      ],
      "name": "queue",
      "unsigned": true
    },
    {
      "columns": [
        "x",
        "y"
      ],
      "name": "rally",
      "unsigned": true
    }
  ],
  "seat": [
    "ore",
    "supply",
    "supplyCap"
  ]
} as const;

export const KINDS: readonly Kind[] = [
  "keep",
  "barracks",
  "worker",
  "spear",
  "bow",
  "ore"
];

export const DOING: readonly Doing[] = [
  "idle",
  "moving",
  "gathering",
  "hauling",
  "building",
  "attacking"
];

export const STATS: readonly Stats[] = [
  {
    "bonusDamage": 0,
    "cooldown": 0,
    "cost": 400,
    "damage": 0,
    "hp": 3000,
    "kind": "keep",
    "name": "Keep",
    "prey": null,
    "provides": 30,
    "range": 0,
    "sight": 9,
    "size": 3,
    "speed": 0,
    "supply": 0,
    "ticks": 1000,
    "trainedIn": null
  },
  {
    "bonusDamage": 0,
    "cooldown": 0,
    "cost": 120,
    "damage": 0,
    "hp": 1200,
    "kind": "barracks",
    "name": "Barracks",
    "prey": null,
    "provides": 0,
    "range": 0,
    "sight": 7,
    "size": 3,
    "speed": 0,
    "supply": 0,
    "ticks": 400,
    "trainedIn": null
  },
  {
    "bonusDamage": 3,
    "cooldown": 20,
    "cost": 50,
    "damage": 3,
    "hp": 40,
    "kind": "worker",
    "name": "Worker",
    "prey": null,
    "provides": 0,
    "range": 256,
    "sight": 7,
    "size": 1,
    "speed": 36,
    "supply": 1,
    "ticks": 160,
    "trainedIn": "keep"
  },
  {
    "bonusDamage": 15,
    "cooldown": 16,
    "cost": 60,
    "damage": 9,
    "hp": 90,
    "kind": "spear",
    "name": "Spear",
    "prey": "bow",
    "provides": 0,
    "range": 288,
    "sight": 8,
    "size": 1,
    "speed": 44,
    "supply": 1,
    "ticks": 220,
    "trainedIn": "barracks"
  },
  {
    "bonusDamage": 18,
    "cooldown": 22,
    "cost": 70,
    "damage": 8,
    "hp": 55,
    "kind": "bow",
    "name": "Bow",
    "prey": "spear",
    "provides": 0,
    "range": 1408,
    "sight": 9,
    "size": 1,
    "speed": 40,
    "supply": 1,
    "ticks": 240,
    "trainedIn": "barracks"
  },
  {
    "bonusDamage": 0,
    "cooldown": 0,
    "cost": 0,
    "damage": 0,
    "hp": 1,
    "kind": "ore",
    "name": "Ore",
    "prey": null,
    "provides": 0,
    "range": 0,
    "sight": 0,
    "size": 2,
    "speed": 0,
    "supply": 0,
    "ticks": 0,
    "trainedIn": null
  }
];

export const EVENTS = {
  "alarm": 6,
  "built": 5,
  "defeated": 8,
  "exhausted": 7,
  "fell": 3,
  "hit": 2,
  "shot": 1,
  "trained": 4
} as const;

export const REJECTS: Record<number, { name: Reject; text: string }> = {
  "1": {
    "name": "unseen",
    "text": "that is not in view"
  },
  "10": {
    "name": "blocked",
    "text": "there is no room in view to build there"
  },
  "11": {
    "name": "over",
    "text": "the match is over for you"
  },
  "2": {
    "name": "not_yours",
    "text": "that is not yours"
  },
  "3": {
    "name": "unable",
    "text": "it cannot do that"
  },
  "4": {
    "name": "bad_target",
    "text": "that is no target for this order"
  },
  "5": {
    "name": "off_map",
    "text": "that is outside the map"
  },
  "6": {
    "name": "unit_count",
    "text": "an order takes 1 to 200 units"
  },
  "7": {
    "name": "ore",
    "text": "not enough ore"
  },
  "8": {
    "name": "supply",
    "text": "not enough supply: build another keep"
  },
  "9": {
    "name": "queue_full",
    "text": "the queue is full"
  }
};

